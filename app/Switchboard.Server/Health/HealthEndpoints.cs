using Switchboard.Rooms.Sqlite;
using Switchboard.Server.Endpoints;
using Switchboard.Server.Endpoints.Documentation;

namespace Switchboard.Server.Health;

/// <summary>Whether the process serves (<c>/healthz</c>), and whether it is any use to send it something (<c>/readyz</c>).</summary>
internal static class HealthEndpoints
{
    internal static void MapHealth(this WebApplication app, SqliteMessageLog log)
    {
        app.MapReading("/healthz", static () => "Healthy", new ApiOperation("isAlive", "Whether the server serves")
        {
            Success = (StatusCodes.Status200OK, ApiOperation.Answer("It does", "text/plain", ApiSchemas.Text)),
        });
        app.MapReading("/readyz", async (CancellationToken cancellationToken) => await AnswerAsync(log, cancellationToken),
            new ApiOperation("isReady", "Whether messages can be stored")
            {
                Success = (StatusCodes.Status200OK, ApiOperation.Answer("They can", "text/plain", ApiSchemas.Text)),
                Problems = [(StatusCodes.Status503ServiceUnavailable, "unavailable: the sentence says what is wrong with the store")],
            });
    }

    private static async Task<IResult> AnswerAsync(SqliteMessageLog log, CancellationToken cancellationToken)
    {
        var health = await log.CheckAsync(cancellationToken);
        return health.Problem is { } sentence
            ? Problem.Of(new Switchboard.Rooms.Refusal("unavailable", sentence, TimeSpan.FromSeconds(1)))
            : Results.Text("Ready");
    }
}
