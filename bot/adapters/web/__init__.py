"""The web: a chat for newcomers, a console for advisors, and the JSON interface behind the chat."""
