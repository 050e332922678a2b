"""From frames to mattes: cards, sessions, networks, time, edges."""
