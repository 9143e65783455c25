from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "simulation"

    def ready(self) -> None:
        from simulation import sabotage

        sabotage.take_away_what_the_environment_names()
