using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Switchboard.Rooms;
using Switchboard.Server.Tests.Identity.Support;

namespace Switchboard.Server.Tests;

/// <summary>The server as it is put together, in this process, with a clock and a store of the test's own.</summary>
internal sealed class InProcessServer : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("switchboard-data-");
    private readonly WebApplication _app;

    private InProcessServer(string[] flags, RoomHooks? hooks, IMessageLog? log)
    {
        _app = ServerApplication.Build(["--port", "0", "--data", _data.FullName, .. flags], static _ => false, builder =>
        {
            builder.Logging.ClearProviders();

            // What stops by the host's deadline alone does not stop.
            builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            if (hooks is not null || log is not null)
            {
                builder.Services.Replace(ServiceDescriptor.Singleton(new RoomOptions { Hooks = hooks, Log = log, TimeProvider = Clock }));
            }
        });
    }

    public FakeTimeProvider Clock { get; } = new(Jwt.Now);

    public HttpClient Http { get; } = new();

    public IServiceProvider Services => _app.Services;

    public string Data => _data.FullName;

    public Uri Address => new(_app.Urls.First());

    /// <summary>What lets tokens of <see cref="Jwt.Secret"/> in.</summary>
    public static string[] Secret { get; } = [$"--Switchboard:Auth:Key=base64:{Convert.ToBase64String(Jwt.Secret)}"];

    public static async Task<InProcessServer> StartAsync(string[]? flags = null, RoomHooks? hooks = null, IMessageLog? log = null)
    {
        var server = new InProcessServer(flags ?? [], hooks, log);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        server.Http.BaseAddress = server.Address;
        return server;
    }

    /// <summary>A token of somebody, who may do something in rooms.</summary>
    public static string Token(string sub, string rooms, TimeSpan? lifetime = null) =>
        Jwt.Hs256($$"""{"sub":"{{sub}}","exp":{{Jwt.Seconds(lifetime ?? TimeSpan.FromHours(1))}},"rooms":{{rooms}}}""");

    public Uri WebSocket(string target) => new($"ws://{Address.Authority}{target}");

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, target) { Content = body };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).Soon();
    }

    public Task<HttpResponseMessage> GetAsync(string target, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, target, null, headers);

    public Task<HttpResponseMessage> PostAsync(string target, string body, string type = "text/plain", params (string Name, string Value)[] headers) =>
        PostAsync(target, Encoding.UTF8.GetBytes(body), type, headers);

    public Task<HttpResponseMessage> PostAsync(string target, byte[] body, string type, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return SendAsync(HttpMethod.Post, target, content, headers);
    }

    public async Task<EventStream> ListenAsync(string target, params (string Name, string Value)[] headers) => new(await GetAsync(target, headers));

    public async Task<JsonElement> JsonAsync(string target, params (string Name, string Value)[] headers)
    {
        using var answer = await GetAsync(target, headers);
        return await answer.JsonAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }
}

/// <summary>What answers say.</summary>
internal static class Answers
{
    extension(HttpResponseMessage answer)
    {
        public async Task<JsonElement> JsonAsync() =>
            JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).Soon());

        public async Task<long> SequenceAsync()
        {
            Assert.Equal(201, (int)answer.StatusCode);
            return (await answer.JsonAsync()).GetProperty("seq").GetInt64();
        }

        /// <summary>It is problem details of this status and code.</summary>
        /// <returns>They.</returns>
        public async Task<JsonElement> RefusesAsync(int status, string code)
        {
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken).Soon();
            Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            var details = JsonElement.Parse(text);
            Assert.Equal((status, code), (details.GetProperty("status").GetInt32(), details.GetProperty("code").GetString()));
            Assert.NotEmpty(details.GetProperty("detail").GetString()!);
            return details;
        }
    }
}
