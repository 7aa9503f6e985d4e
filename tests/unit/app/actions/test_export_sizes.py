"""The sizes of exports are asked of the engine once a run."""

from collections.abc import Callable

from tests.gui.fakes.desk import Desk

SitDown = Callable[..., Desk]


def test_the_sizes_of_the_open_run(sit_down: SitDown) -> None:
    desk = sit_down("normal", "--steps", "3")
    desk.do.predict_sizes()
    assert desk.state.sizes.run_dir == ""
    desk.import_sample()
    desk.do.start_run()
    desk.wait(lambda s: desk.ended())
    desk.do.predict_sizes()
    desk.do.predict_sizes()
    desk.wait(lambda s: s.sizes.run_dir == s.train.job.run_dir)
    assert desk.state.sizes.sizes["gguf:q8_0"] == 144_811_360


def test_an_engine_that_cannot_say_is_not_asked_again_and_again(sit_down: SitDown) -> None:
    desk = sit_down("normal", "silent:export.sizes", "--steps", "3")
    desk.import_sample()
    desk.do.start_run()
    desk.wait(lambda s: desk.ended())
    desk.do.predict_sizes()
    assert desk.do._sizes._asked == desk.state.train.job.run_dir
    desk.do._sizes._unknown()
    desk.do.predict_sizes()
    assert desk.state.sizes.run_dir == ""
