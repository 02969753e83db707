"""Work on what others wrote, in processes of its own whose memory and time are bounded."""
