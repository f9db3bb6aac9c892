"""What people read of a result: an HTML page, Markdown, plain text, and the README's part."""
