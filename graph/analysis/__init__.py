"""What the whole says: words that go together, centres to meet, communities, what the sheets lack."""
