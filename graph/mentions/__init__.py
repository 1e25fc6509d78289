"""What the texts name: associations, institutions, firms, by the words that say so. See `docs/mentions.md`."""
