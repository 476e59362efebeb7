"""The access matrix: every address of the site x every reader x own and other objects x every method.

The addresses come from the URL resolver: one without a row fails `test_matrix.py`, and so does a row without an address.

How to add a row, one line in `rows/<room>.py` (a new room: a new file there with `ROWS = [...]`, found by itself):

    row("desk/filings/<int:pk>/approve/", pk="recommended", sees=READERS_OF_FILING, post=CENTRE.doing({"comment": ""})),

- The route is written as the resolver writes it. Each of its arguments names an object of `worlds.World` (`pk="recommended"`
  is that object's key in the reader's own world and then in the other one; `prefix="token.token_key"` another value of an
  object), or is a value (`provider="=amap"`).
  Several rows may share a route: one for each kind of object.
- `sees`: who may know that the object exists; the others get 404. Default: everybody.
- `get`, `post`, `put`, `patch`, `delete`: who may. A policy of `who.py` means 200 for GET and a redirect that is not to the
  sign-in for the rest; `POLICY.doing(body, status=..., json=True)` says what is sent and what comes back. `body` is a dict, or
  a function of the world (`lambda world: {"station": world.public.pk}`). Those who see the object and may not get 403, the
  anonymous are sent to sign in (`asks_sign_in=False`: they are answered like anybody else).
- A method that is not named is refused to everybody and changes nothing. A write that is named really happens: it has to
  change rows (else `.doing(..., changes=False)`), and refused to others it must change none.
- `query="export=csv"`: a row for the route with this query.
- `strays=(302,)`: what methods that are not named may get beside 401 to 405, where the view is not ours to mend.
- `shows={"hidden": WHO}`: the page has the name of that object for exactly these readers.

Everything runs in a savepoint that is rolled back, so rows need not clean up. In every answer and log record of every request,
private numbers and hidden names (`canaries.py`) are looked for. `python -m pytest tests/access -q` takes less than a minute;
`-k "desk/filings"` runs the rows of a room.
"""
