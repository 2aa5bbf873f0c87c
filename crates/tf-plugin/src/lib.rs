//! The Terraform plugin protocol, version 6: handshake, mTLS, gRPC, values and schemas.
