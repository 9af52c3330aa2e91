"""What schemathesis is told beside the description of the API. Environment: KNOWN_IDS, ids of things that exist."""

import os

import schemathesis

KNOWN_IDS = [int(number) for number in os.environ["KNOWN_IDS"].split(",")]

# WordPress's answers for what cannot be done at all: deleting to a trash that is not there, archives without zip.
NOT_POSSIBLE = {"rest_trash_not_supported", "missing_zip_package"}


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Most numbers name something that exists; random ones would all end in the same 404."""
    if not path_parameters:
        return path_parameters
    for name, value in path_parameters.items():
        if isinstance(value, int) and value % 8 != 0:
            path_parameters[name] = KNOWN_IDS[value % len(KNOWN_IDS)]
    return path_parameters


@schemathesis.hook
def before_call(context, case, kwargs):
    """The caller stays who they are: otherwise nothing after that would be asked as an administrator."""
    if "/users/" in case.operation.path and isinstance(case.body, dict):
        case.body.pop("roles", None)


@schemathesis.check
def no_server_fault(context, response, case):
    """Like `not_a_server_error`, but for 501 where WordPress says so."""
    if response.status_code < 500:
        return
    answer = response.json()
    if response.status_code == 501 and answer.get("code") in NOT_POSSIBLE:
        return
    raise AssertionError(f"{response.status_code} {answer}")
