package io.crius.daemon.cli;

import io.crius.client.ContainerBuilder;
import io.crius.client.CriClient;
import io.crius.client.ExecResult;
import io.crius.client.PodBuilder;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.PodSandboxConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * A pod whose first container serves a page that the second one fetches over the network they share. For one thread;
 * closing it stops and removes the pod.
 */
final class DemoPod implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final String SERVE = """
            mkdir -p /www
            echo "hello from $(hostname)" > /www/index.html
            echo "serving on port 8080"
            exec httpd -f -p 8080 -h /www""";

    private static final String FETCH = """
            until wget -q -O - http://127.0.0.1:8080/; do sleep 0.1; done
            echo "that was port 8080 of the other container\"""";

    private static final String LOOK = """
            echo "process $$ on $(hostname):"
            ip -4 -o addr show | while read -r _ name _ address _; do echo "$name $address"; done""";

    private final CriClient client;
    private final DemoArguments demo;
    private final Steps steps;
    private final PodSandboxConfig config;
    private final String id;

    private DemoPod(CriClient client, DemoArguments demo, Steps steps, PodSandboxConfig config, String id) {
        this.client = client;
        this.demo = demo;
        this.steps = steps;
        this.config = config;
        this.id = id;
    }

    static DemoPod run(CriClient client, DemoArguments demo, Steps steps) throws IOException, InterruptedException {
        Files.createDirectories(demo.logDir());
        PodSandboxConfig config = PodBuilder.pod("demo", UUID.randomUUID().toString())
                .hostname("demo")
                .logDirectory(demo.logDir())
                .cgroupParent(demo.cgroupParent())
                .build();
        String id = steps.step("ran a pod", () -> client.pods().run(config));
        return new DemoPod(client, demo, steps, config, id);
    }

    void show() throws IOException, InterruptedException {
        steps.show("pod " + id);
        steps.show("IP  " + client.pods().status(id).getNetwork().getIp());
        String server = start("server", SERVE);
        awaitLog("server", "serving on port 8080");
        String fetcher = start("fetcher", FETCH);
        ContainerStatus end = awaitExit(fetcher);
        steps.show("container fetcher ended with exit code " + end.getExitCode());
        showLog("server");
        showLog("fetcher");
        ExecResult seen = steps.step(
                "ran a command in container server", () -> client.containers().exec(server, "sh", "-c", LOOK));
        steps.show(seen.stdout() + seen.stderr());
        steps.step("stopped container server", () -> client.containers().stop(server, GRACE));
    }

    private String start(String name, String script) throws IOException, InterruptedException {
        var container = ContainerBuilder.container(name, demo.image().orElseThrow())
                .command("sh", "-c", script)
                .build();
        return steps.step("started container " + name, () -> client.containers().run(id, container, config));
    }

    private void showLog(String name) throws IOException {
        steps.show("log of container " + name + ":");
        Files.readString(log(name)).lines().forEach(line -> steps.show("  " + line));
    }

    private void awaitLog(String name, String words) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(log(name)) || !Files.readString(log(name)).contains(words)) {
            pause(end, "container " + name + " did not say \"" + words + "\" in " + log(name));
        }
    }

    private ContainerStatus awaitExit(String container) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            ContainerStatus status = client.containers().status(container);
            if (status.getState() == ContainerState.CONTAINER_EXITED) {
                return status;
            }
            pause(end, "container " + container + " did not end");
        }
    }

    private static void pause(long end, String otherwise) throws IOException, InterruptedException {
        if (System.nanoTime() > end) {
            throw new IOException(otherwise + " within " + PATIENCE.toSeconds() + " s");
        }
        Thread.sleep(PAUSE);
    }

    private Path log(String name) {
        return demo.logDir().resolve(name + ".log");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        steps.step("stopped the pod", () -> client.pods().stop(id));
        steps.step("removed the pod", () -> client.pods().remove(id));
    }
}
