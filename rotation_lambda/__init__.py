"""What ships in the rotation function's zip, and nothing else: standard library, boto3 and urllib3 of the runtime."""
