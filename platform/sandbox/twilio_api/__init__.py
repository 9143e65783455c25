"""The stand-in for Twilio's messages."""
