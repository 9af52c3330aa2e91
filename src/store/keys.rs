//! Every key in the bucket, with its content type and cache rules. No other code builds a key.
