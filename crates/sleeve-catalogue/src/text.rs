//! Normalised text and the index for search: words to objects.
