"""Similar actions and why: `measures.Similarity` is the door."""
