using Switchboard.Connections;

namespace Switchboard;

/// <summary>A connection's messages as something to loop over. A connection has one at most.</summary>
internal interface IPullSide
{
    /// <summary>The connection has ended: what is whole can still be read.</summary>
    void End(CloseOutcome outcome);
}
