"""How well clips do what their prompts say."""
