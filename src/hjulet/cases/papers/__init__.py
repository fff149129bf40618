"""What leaves a case on paper: the papers for IVO, a masked copy for whoever asks, and a person's own extract."""
