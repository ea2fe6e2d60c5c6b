using Microsoft.Extensions.Logging;

namespace Switchboard.Rooms.Sqlite;

/// <summary>What is known to be wrong. Writing is well again when something was written; damage is, when the whole file was looked at. Safe from any thread.</summary>
internal sealed class HealthRecord(TimeProvider clock, ILogger logger)
{
    private readonly Lock _gate = new();
    private LogHealth _writing = LogHealth.Good;
    private LogHealth _damage = LogHealth.Good;

    public LogHealth Current
    {
        get
        {
            lock (_gate)
            {
                return _damage.IsHealthy ? _writing : _damage;
            }
        }
    }

    public bool IsDamaged
    {
        get
        {
            lock (_gate)
            {
                return !_damage.IsHealthy;
            }
        }
    }

    public void HasWritten()
    {
        lock (_gate)
        {
            _writing = After(_writing, null);
        }
    }

    public void HasNotWritten(string problem)
    {
        lock (_gate)
        {
            _writing = After(_writing, problem);
        }
    }

    public void IsWhole()
    {
        lock (_gate)
        {
            _damage = After(_damage, null);
        }
    }

    public void HasDamage(string problem)
    {
        lock (_gate)
        {
            _damage = After(_damage, problem);
        }
    }

    private LogHealth After(LogHealth before, string? problem)
    {
        if (before.Problem == problem)
        {
            return before;
        }

        if (problem is null)
        {
            StoreLog.Recovered(logger, before.Problem!);
            return LogHealth.Good;
        }

        StoreLog.Failed(logger, problem);
        return new LogHealth(problem, before.Since ?? clock.GetUtcNow());
    }
}
