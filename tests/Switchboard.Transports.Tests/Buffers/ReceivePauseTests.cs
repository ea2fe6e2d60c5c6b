using Switchboard.Transports.Buffers;

namespace Switchboard.Transports.Tests.Buffers;

public sealed class ReceivePauseTests
{
    private ReceivePause _pause;

    [Fact]
    public void A_loop_that_parks_is_run_by_who_resumes()
    {
        Assert.True(_pause.TryPark());
        Assert.True(_pause.TryUnpark());
        Assert.True(_pause.TryPark());
    }

    [Fact]
    public void A_loop_whose_resume_came_early_goes_on_once()
    {
        Assert.False(_pause.TryUnpark());
        Assert.False(_pause.TryPark());
        Assert.True(_pause.TryPark());
    }

    [Fact]
    public void The_end_runs_a_loop_that_is_parked()
    {
        Assert.True(_pause.TryPark());
        Assert.True(_pause.TryUnparkForEnd());
        Assert.False(_pause.TryUnparkForEnd());
    }

    [Fact]
    public void After_the_end_nobody_parks_and_nobody_is_resumed()
    {
        Assert.False(_pause.TryUnparkForEnd());
        Assert.False(_pause.TryPark());
        Assert.False(_pause.TryUnpark());
        Assert.False(_pause.TryPark());
    }

    [Fact]
    public async Task Each_pause_has_one_runner_however_park_resume_and_end_race()
    {
        for (var round = 0; round < 2000; round++)
        {
            var race = new Race();
            using var start = new Barrier(2);
            var resuming = Task.Run(
                () =>
                {
                    start.SignalAndWait();
                    return race.Pause.TryUnpark();
                },
                TestContext.Current.CancellationToken);
            start.SignalAndWait(TestContext.Current.CancellationToken);
            var isParked = race.Pause.TryPark();

            // Either the loop parked and was woken, or it goes on itself.
            Assert.Equal(isParked, await resuming);
        }
    }

    private sealed class Race
    {
        internal ReceivePause Pause;
    }
}
