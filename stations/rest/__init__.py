"""What every view of the API shares: who asks, what may be asked and sent, how it is answered and refused."""
