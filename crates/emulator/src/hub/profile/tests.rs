//! Each row of what Fleet says of a profile.
