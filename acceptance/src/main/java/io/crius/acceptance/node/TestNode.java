package io.crius.acceptance.node;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.target.Target;
import io.crius.acceptance.target.TargetSettings;
import io.crius.client.CriClient;
import io.crius.client.PodBuilder;
import io.crius.cri.v1.ContainerFilter;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.PodSandboxFilter;
import io.crius.cri.v1.StatusRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A CRI server with a folder, a pod network and a cgroup of its own, and a client of it.
 *
 * <p>{@link #close()} takes everything away, whatever happened, and then says what the server had left behind.
 */
public final class TestNode implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(10);

    private static final int MOST_SHOWN = 20;
    private static final String NODE_LABEL = "io.crius.acceptance.node";

    private final OwnedByFolder owned;
    private final Path logs;
    private final PodNetwork network;
    private final CgroupParent cgroup;
    private final CgroupParent bystanders;
    private final Target target;
    private final CriClient client;
    private final AtomicInteger pods = new AtomicInteger();

    private TestNode(OwnedByFolder owned, PodNetwork network, CgroupParent cgroup, Target target) throws IOException {
        this.owned = owned;
        this.logs = Files.createDirectories(owned.folder().resolve("pod-logs"));
        this.network = network;
        this.cgroup = cgroup;
        this.bystanders = new CgroupParent(cgroup.path() + "-bystanders");
        this.target = target;
        this.client = CriClient.connect(target.socket());
    }

    /** Chooses the server of a node. */
    @FunctionalInterface
    public interface Choice {
        Target choose(TargetSettings settings) throws IOException;
    }

    /** Makes a node and starts its server; returns when it answers. */
    public static TestNode start(String pauseImage, Path runtime, Choice choice) throws Exception {
        String name = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Path folder = Path.of("/tmp/crius-" + name);
        Path server = folder.resolve("d");
        OwnedByFolder owned = OwnedByFolder.create(folder, TargetSettings.run(server));
        TestNode node;
        try {
            PodNetwork network = PodNetwork.create(folder, name);
            Target target = choice.choose(new TargetSettings(server, network.configuration(), pauseImage, runtime, ""));
            node = new TestNode(owned, network, new CgroupParent("/crius-" + name), target);
        } catch (Exception e) {
            owned.remove();
            throw e;
        }
        try {
            node.startTarget();
            return node;
        } catch (Exception | AssertionError e) {
            node.close(e);
            throw e;
        }
    }

    /** Starts the server, on the state that it left; returns when it answers and its network is ready. */
    public void startTarget() throws Exception {
        target.start();
        Await.until(target.name() + " answers", START_LIMIT, () -> {
            target.requireAlive();
            return answers();
        });
    }

    private boolean answers() throws InterruptedException {
        try {
            client.awaitReady(Duration.ofMillis(200));
            return client.runtime().status(StatusRequest.getDefaultInstance()).getStatus().getConditionsList().stream()
                    .allMatch(condition -> condition.getStatus());
        } catch (StatusRuntimeException _) {
            return false;
        }
    }

    public CriClient client() {
        return client;
    }

    public Target target() {
        return target;
    }

    public PodNetwork network() {
        return network;
    }

    public CgroupParent cgroup() {
        return cgroup;
    }

    /** A folder for whatever a test needs on disk; gone with the node. */
    public Path folder() {
        return owned.folder();
    }

    /** A pod of a name that no other has, in the node's cgroup, with a log folder of its own. */
    public PodBuilder pod(String name) throws IOException {
        String unique = name + "-" + pods.incrementAndGet();
        return PodBuilder.pod(unique, "uid-" + unique)
                .label(NODE_LABEL, cgroup.path().substring(1))
                .cgroupParent(cgroup.path())
                .logDirectory(Files.createDirectories(logs.resolve(unique)));
    }

    /** One that stays when the pods of this node are removed; whoever runs it removes it. */
    public PodBuilder bystander(String name) throws IOException {
        return pod(name).label(NODE_LABEL, bystanders.path().substring(1)).cgroupParent(bystanders.path());
    }

    /** Removes what was run as {@link #bystander}. */
    public void removeBystanders() {
        removePods(bystanders);
    }

    /**
     * Removes the pods of this node with their containers. A server that runs already may have others. Whatever runs in them is
     * killed: nobody waits for what does not heed its stop signal.
     */
    public void removePods() {
        removePods(cgroup);
    }

    private void removePods(CgroupParent parent) {
        var pods = PodSandboxFilter.newBuilder()
                .putLabelSelector(NODE_LABEL, parent.path().substring(1))
                .build();
        for (PodSandbox pod : client.pods().list(pods)) {
            client.containers()
                    .list(ContainerFilter.newBuilder()
                            .setPodSandboxId(pod.getId())
                            .build())
                    .forEach(container -> client.containers().stop(container.getId(), Duration.ZERO));
        }
        client.pods().removeAll(pods);
    }

    /** The server, its helpers, and what runs in pods. */
    public List<Long> processes() throws IOException {
        Set<Long> pids = new TreeSet<>(cgroup.processes());
        pids.addAll(owned.processes());
        return List.copyOf(pids);
    }

    /** What pods have left behind: mounts, processes, cgroups, interfaces, addresses. Only of use when there is no pod. */
    public List<String> leftovers() throws IOException {
        List<String> found = new ArrayList<>(cgroup.leftovers());
        found.addAll(network.leftovers());
        return found;
    }

    /**
     * Ends the server and takes away all that belongs to the node.
     *
     * @throws AssertionError what the server had left behind after its pods were removed and it was stopped
     */
    @Override
    public void close() throws Exception {
        List<String> left = new ArrayList<>();
        try {
            removePods();
            removeBystanders();
        } catch (StatusRuntimeException e) {
            left.add("pods that cannot be removed: " + e.getMessage());
        }
        client.close();
        target.close();
        left.addAll(settled());
        String log = left.isEmpty() ? "" : target.logTail();
        remove();
        if (!left.isEmpty()) {
            throw new AssertionError(
                    target.name() + " left behind:\n  " + shortened(left) + "\nits log ends with:\n" + log);
        }
    }

    private static String shortened(List<String> left) {
        int shown = Math.min(left.size(), MOST_SHOWN);
        String more = left.size() > shown ? "\n  and " + (left.size() - shown) + " more" : "";
        return String.join("\n  ", left.subList(0, shown)) + more;
    }

    private void close(Throwable cause) {
        try {
            close();
        } catch (Exception | AssertionError e) {
            cause.addSuppressed(e);
        }
    }

    /** Leftovers that stay: monitors and shims may need a moment to end after their container. */
    private List<String> settled() throws Exception {
        long end = System.nanoTime() + SETTLE_LIMIT.toNanos();
        while (true) {
            List<String> found = new ArrayList<>(leftovers());
            found.addAll(owned.leftovers());
            if (found.isEmpty() || System.nanoTime() > end) {
                return found;
            }
            Thread.sleep(Duration.ofMillis(50));
        }
    }

    private void remove() throws Exception {
        try {
            cgroup.remove();
            bystanders.remove();
        } finally {
            try {
                network.remove();
            } finally {
                owned.remove();
            }
        }
    }
}
