using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Switchboard.AspNetCore.Tests;

/// <summary>The request's context, and its services, live as long as the connection's handler.</summary>
public abstract class ServicesTests(Home home) : AppTests(home)
{
    [Fact]
    public async Task Scoped_services_live_as_long_as_an_asynchronous_handler()
    {
        var made = new List<Notebook>();
        await using var app = await BeginAsync(made, app => app.MapWebSockets("/", async (socket, request) =>
        {
            var notebook = request.HttpContext.RequestServices.GetRequiredService<Notebook>();
            await foreach (var message in socket.Messages)
            {
                Assert.NotNull(request.HttpContext);
                socket.Send(notebook.Write(message.Text));
            }
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_context_is_gone_when_the_handler_has_ended_and_says_what_to_do(bool isAsynchronous)
    {
        await using var app = await StartAsync(app =>
        {
            if (isAsynchronous)
            {
                app.MapWebSockets("/", async (socket, request) =>
                {
                    await Task.Yield();
                    Attach(socket, request);
                });
            }
            else
            {
                app.MapWebSockets("/", Attach);
            }
        });
        using var client = await Browserlike.ConnectAsync(app.Url("/"));

        Assert.Equal("/", await client.HearAsync());
        var problem = "";
        await Patience.Until(async () =>
        {
            // The task of an asynchronous handler may take a moment to be seen complete.
            await client.SayAsync("and now?");
            problem = await client.HearAsync();
            return problem != "still there";
        });

        Assert.Contains("handler has returned", problem, StringComparison.Ordinal);
        Assert.Contains("IServiceScopeFactory", problem, StringComparison.Ordinal);

        static void Attach(ServerWebSocket socket, WebSocketRequest request)
        {
            socket.Send(request.HttpContext.Request.Path);
            socket.OnMessage += _ => socket.Send(Ask(request));
        }

        static string Ask(WebSocketRequest request)
        {
            try
            {
                return request.HttpContext is not null ? "still there" : "";
            }
            catch (InvalidOperationException e)
            {
                return e.Message;
            }
        }
    }

    [Fact]
    public async Task What_is_ambient_in_the_request_is_so_in_the_handler()
    {
        await using var app = await StartAsync(
            builder => builder.Services.AddHttpContextAccessor(),
            app => app.MapWebSockets("/", (socket, request) =>
            {
                var ambient = request.HttpContext.RequestServices.GetRequiredService<IHttpContextAccessor>().HttpContext;
                socket.Send($"{ambient == request.HttpContext}");
            }));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));

        Assert.Equal("True", await client.HearAsync());
    }

    [Fact]
    public async Task An_asynchronous_handler_learns_from_the_request_that_its_client_has_gone()
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await StartAsync(app => app.MapWebSockets("/", async (socket, request) =>
        {
            socket.Send("in");
            await Task.Delay(Timeout.Infinite, request.HttpContext.RequestAborted).ContinueWith(_ => aborted.SetResult(), TaskScheduler.Default);
        }));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));
        Assert.Equal("in", await client.HearAsync());

        client.Abort();

        await aborted.Task.Soon();
    }

    [Fact]
    public async Task They_are_still_there_for_what_an_asynchronous_handler_does_when_its_client_has_gone()
    {
        var made = new List<Notebook>();
        var afterwards = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource();
        await using var app = await BeginAsync(made, app => app.MapWebSockets("/", async (socket, request) =>
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
    public async Task A_scope_of_its_own_lives_until_the_connection_disposes_it()
    {
        var made = new List<Notebook>();
        await using var app = await BeginAsync(made, app => app.MapWebSockets("/", (socket, _) =>
        {
            var scope = app.Services.CreateScope();
            var notebook = scope.ServiceProvider.GetRequiredService<Notebook>();
            socket.OnMessage += message => socket.Send(notebook.Write(message.Text));
            socket.OnClose += (_, _) => scope.Dispose();
        }));
        using var client = await Browserlike.ConnectAsync(app.Url("/"));

        await client.SayAsync("a");
        Assert.Equal("a", await client.HearAsync());
        await client.SayAsync("b");
        Assert.Equal("a b", await client.HearAsync());

        await client.GoAsync();
        await Assert.Single(made).Disposed.Soon();
    }

    [Fact]
    public async Task They_go_with_a_handler_that_throws()
    {
        var made = new List<Notebook>();
        await using var app = await BeginAsync(made, app => app.MapWebSockets("/", (_, request) =>
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
        await using var app = await StartAsync(app =>
        {
            app.MapWebSockets("/", (socket, _) => socket.Send("by name")).RequireHost("localhost");
            app.MapWebSockets("/", (socket, _) => socket.Send("by number")).RequireHost("127.0.0.1");
        });
        using var byName = await Browserlike.ConnectAsync(new UriBuilder(app.Url("/")) { Host = "localhost" }.Uri);
        using var byNumber = await Browserlike.ConnectAsync(app.Url("/"));

        Assert.Equal("by name", await byName.HearAsync());
        Assert.Equal("by number", await byNumber.HearAsync());
    }

    private Task<TestApp> BeginAsync(List<Notebook> made, Action<WebApplication> map) => StartAsync(
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

public sealed class ServicesInKestrelTests() : ServicesTests(Home.Kestrel);

public sealed class ServicesOnLoopTests() : ServicesTests(Home.Loop);
