def view(network, indexes):
    return network.graph
