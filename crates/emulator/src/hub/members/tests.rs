//! Each row of what an agent does about an export.
