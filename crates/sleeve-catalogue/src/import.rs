//! Documents and exports from outside, taken apart into objects.
