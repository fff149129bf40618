from ninja import Router

router = Router(by_alias=True)
