"""How a reply is made: templates rendered, schemas filled, Python called."""
