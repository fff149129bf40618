from tests.rest.conftest import program  # noqa: F401 - the fixture
