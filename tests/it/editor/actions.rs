//! What can be done at a place.
