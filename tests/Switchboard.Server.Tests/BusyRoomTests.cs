using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Switchboard.Rooms;
using Switchboard.Server.Configuration;
using Switchboard.Server.Endpoints;

namespace Switchboard.Server.Tests;

/// <summary>The endpoint alone: a process cannot be made to deliver slowly from outside.</summary>
public sealed class BusyRoomTests
{
    [Fact]
    public async Task Publishing_to_a_room_that_is_busy_is_503_with_a_time_to_try_again()
    {
        var settings = ServerSettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Switchboard:Rooms:MaxUndeliveredBytes", "0")])
            .Build());
        using var isDelivering = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var rooms = new RoomDirectory(new Blocking(isDelivering, mayGoOn), settings.Rooms);
        Assert.True(RoomName.TryParse("lobby", out var lobby, out _));
        var room = rooms.Join(lobby, new Member());
        var delivering = Task.Run(() => rooms.Publish(lobby, "one"u8, RoomMessageKind.Text), TestContext.Current.CancellationToken);
        isDelivering.Wait(TestContext.Current.CancellationToken);

        var refused = await PostAsync(rooms, settings);
        mayGoOn.Set();
        await delivering;
        var taken = await PostAsync(rooms, settings);

        Assert.Equal((503, "1"), (refused.StatusCode, refused.Headers.RetryAfter.ToString()));
        Assert.StartsWith("application/problem+json", refused.ContentType, StringComparison.Ordinal);
        refused.Body.Position = 0;
        using var problem = await JsonDocument.ParseAsync(refused.Body, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("Try again", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(201, taken.StatusCode);
        Assert.Equal(2, room.Sequence);
    }

    private static async Task<HttpResponse> PostAsync(RoomDirectory rooms, ServerSettings settings)
    {
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().AddProblemDetails().BuildServiceProvider(),
        };
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/rooms/lobby/messages";
        context.Request.RouteValues["room"] = "lobby";
        context.Request.Body = new MemoryStream("two"u8.ToArray());
        context.Response.Body = new MemoryStream();
        var result = await RoomEndpoints.PublishAsync(context, rooms, settings, TestContext.Current.CancellationToken);
        await result.ExecuteAsync(context);
        return context.Response;
    }

    private sealed class Member() : RoomMember("ada", wantsEcho: true);

    private sealed class Blocking(ManualResetEventSlim isDelivering, ManualResetEventSlim mayGoOn) : IRoomDelivery
    {
        public void Deliver(RoomMessage message, ReadOnlySpan<RoomMember> members)
        {
            isDelivering.Set();
            mayGoOn.Wait(TestContext.Current.CancellationToken);
        }
    }
}
