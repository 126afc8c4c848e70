"""Where Kedro's own configuration lies: `conf/` is Hydra's."""

CONF_SOURCE = "kedro_conf"
