using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Switchboard.AspNetCore.Tests;

/// <summary>A connection is a request, however long it lasts: what is made for it lives as long as its handlers.</summary>
public sealed class ServicesTests
{
    [Fact]
    public async Task Scoped_services_live_as_long_as_the_connection()
    {
        var made = new List<Notebook>();
        await using var app = await StartAsync(made, app => app.MapWebSockets("/", (socket, request) =>
        {
            var notebook = request.HttpContext.RequestServices.GetRequiredService<Notebook>();
            socket.OnMessage += message => socket.Send(notebook.Write(message.Text));
        }));
        using var first = await Browserlike.ConnectAsync(app.Url("/"));
        using var second = await Browserlike.ConnectAsync(app.Url("/"));

        await first.SayAsync("a");
        await second.SayAsync("b");
        Assert.Equal("a", await first.HearAsync());
        await first.SayAsync("c");
        Assert.Equal("a c", await first.HearAsync());
        Assert.Equal("b", await second.HearAsync());
        Assert.All(made, notebook => Assert.False(notebook.Disposed.IsCompleted));

        await first.GoAsync();
        await Task.WhenAny(made.Select(notebook => notebook.Disposed)).Soon();
        await second.SayAsync("d");
        Assert.Equal("b d", await second.HearAsync());
        await second.GoAsync();
        await Task.WhenAll(made.Select(notebook => notebook.Disposed)).Soon();
    }

    [Fact]
    public async Task They_are_still_there_for_what_an_asynchronous_handler_does_when_its_client_has_gone()
    {
        var made = new List<Notebook>();
        var afterwards = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource();
        await using var app = await StartAsync(made, app => app.MapWebSockets("/", async (socket, request) =>
        {
            var notebook = request.HttpContext.RequestServices.GetRequiredService<Notebook>();
            await foreach (var message in socket.Messages)
            {
                notebook.Write(message.Text);
            }

            await goOn.Task;
            afterwards.SetResult(notebook.Disposed.IsCompleted);
        }));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));
        await client.GoAsync();

        // Long enough for a request that does not wait to end: this can only make the test find less.
        await Task.WhenAny(Task.WhenAll(made.Select(notebook => notebook.Disposed)), Task.Delay(100, TestContext.Current.CancellationToken));
        goOn.SetResult();

        Assert.False(await afterwards.Task.Soon());
        await Task.WhenAll(made.Select(notebook => notebook.Disposed)).Soon();
    }

    [Fact]
    public async Task They_are_still_there_for_a_message_whose_handler_outlasts_the_connection()
    {
        var made = new List<Notebook>();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource();
        var written = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(made, app => app.MapWebSockets("/", (socket, request) =>
        {
            var notebook = request.HttpContext.RequestServices.GetRequiredService<Notebook>();
            socket.OnMessageAsync += async message =>
            {
                begun.SetResult();
                await goOn.Task;
                written.SetResult(notebook.Disposed.IsCompleted ? "too late" : notebook.Write(message.Text));
            };
            socket.OnClose += (_, _) => goOn.SetResult();
        }, new ServerWebSocketOptions { CloseTimeout = TimeSpan.FromMilliseconds(200) }));
        using var client = await RawClient.OpenAsync(app.Port, "/");
        await client.SendFrameAsync(Frame.Text, "keep this"u8);
        await begun.Task.Soon();

        // Nobody reads while the handler is awaited, so the end must come from this side.
        await app.StopAsync().Soon();

        Assert.Equal("keep this", await written.Task.Soon());
        await Assert.Single(made).Disposed.Soon();
    }

    [Fact]
    public async Task They_are_still_there_while_the_end_is_told()
    {
        var made = new List<Notebook>();
        var wasDisposed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(made, app => app.MapWebSockets("/", (socket, request) =>
        {
            var notebook = request.HttpContext.RequestServices.GetRequiredService<Notebook>();
            socket.OnClose += (_, _) => wasDisposed.SetResult(notebook.Disposed.Wait(TimeSpan.FromMilliseconds(100)));
        }));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));

        await client.GoAsync();

        Assert.False(await wasDisposed.Task.Soon());
        await Task.WhenAll(made.Select(notebook => notebook.Disposed)).Soon();
    }

    [Fact]
    public async Task They_go_with_a_handler_that_throws()
    {
        var made = new List<Notebook>();
        await using var app = await StartAsync(made, app => app.MapWebSockets("/", (_, request) =>
        {
            request.HttpContext.RequestServices.GetRequiredService<Notebook>();
            throw new InvalidDataException("as a handler may");
        }));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));

        Assert.Equal(CloseCode.InternalError, (await client.HearCloseAsync()).Code);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", TestContext.Current.CancellationToken);
        await Assert.Single(made).Disposed.Soon();
    }

    [Fact]
    public async Task Two_endpoints_may_share_a_path_pattern_under_different_hosts()
    {
        await using var app = await TestApp.StartAsync(app =>
        {
            app.MapWebSockets("/", (socket, _) => socket.Send("by name")).RequireHost("localhost");
            app.MapWebSockets("/", (socket, _) => socket.Send("by number")).RequireHost("127.0.0.1");
        });
        using var byName = await Browserlike.ConnectAsync(new UriBuilder(app.Url("/")) { Host = "localhost" }.Uri);
        using var byNumber = await Browserlike.ConnectAsync(app.Url("/"));

        Assert.Equal("by name", await byName.HearAsync());
        Assert.Equal("by number", await byNumber.HearAsync());
    }

    private static Task<TestApp> StartAsync(List<Notebook> made, Action<WebApplication> map) => TestApp.StartAsync(
        builder => builder.Services.AddScoped(_ =>
        {
            var notebook = new Notebook();
            lock (made)
            {
                made.Add(notebook);
            }

            return notebook;
        }),
        map);

    private sealed class Notebook : IDisposable
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<string> _lines = [];

        public Task Disposed => _disposed.Task;

        public string Write(string line)
        {
            ObjectDisposedException.ThrowIf(_disposed.Task.IsCompleted, this);
            _lines.Add(line);
            return string.Join(' ', _lines);
        }

        public void Dispose() => _disposed.TrySetResult();
    }
}
