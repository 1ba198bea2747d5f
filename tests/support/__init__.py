"""What tests share: rows, servers, bodies, whole installations. No tests."""
