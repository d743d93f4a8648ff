"""`make demo`: tenants are onboarded on the embedded AWS, step by step, and every claim is checked."""
