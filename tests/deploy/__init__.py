"""What is in `deploy/`: nginx as it is set there, in front of the service, and what the manifests say."""
