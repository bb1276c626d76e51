"""What the subcommands of `wegweiser` do; each imports what it needs when it runs, so that the others start fast."""
