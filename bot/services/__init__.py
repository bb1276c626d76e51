"""What is done: one class per role, built on the core and on the Protocols in `ports`."""
