package io.crius.bench;

import io.crius.acceptance.image.TestImages;
import io.crius.acceptance.process.Await;
import io.crius.client.ContainerBuilder;
import io.crius.client.ExecResult;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.SecurityProfile;
import io.crius.cri.v1.StatusRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The measurements, phase by phase. */
final class Bench {
    private static final Duration SETTLE = Duration.ofSeconds(12);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CONTAINERS_PER_POD = 10;
    private static final int CALLERS = 4;

    /** The shell and its sleep. */
    private static final int PROCESSES_OF_A_CONTAINER = 2;

    private final Plan plan;
    private final Race race;
    private final TestImages images;

    Bench(Plan plan, List<Contestant> contestants, TestImages images) {
        this.plan = plan;
        this.race = new Race(contestants);
        this.images = images;
    }

    void run(String bigImage) throws Exception {
        phase("starts");
        starts();
        phase("memory at rest");
        settle();
        race.each(c -> c.results()
                .set(
                        "PSS of the daemon at rest, MB",
                        Memory.pss(c.node().target().pid())));
        phase("pods: " + plan.warmUps() + " rounds and " + plan.questions() + " questions to warm up, then up to "
                + plan.rounds() + " rounds");
        pods();
        phase("list of " + Plan.LISTED_CONTAINERS + " containers");
        lists();
        phase("pull");
        pulls(bigImage);
        phase(Plan.RUNNING_PODS + " pods");
        manyPods();
    }

    private static void phase(String name) {
        System.err.println("==> " + name);
    }

    private void starts() throws Exception {
        Race.repeat(plan.starts(), plan.phaseLimit(), () -> {
            race.each(c -> c.node().target().close());
            race.measure(Operation.START, Bench::startAndAsk);
        });
        race.each(c -> c.client().images().pull(images.busybox()));
        race.each(c -> c.client().images().pull(images.name("pause")));
    }

    private static void startAndAsk(Contestant contestant) throws Exception {
        contestant.node().target().start();
        contestant.client().awaitReady(LIMIT);
    }

    /** What a daemon does by itself after work, such as giving memory back, is over by then. */
    private static void settle() throws InterruptedException {
        Thread.sleep(SETTLE);
    }

    private void pods() throws Exception {
        Race.repeat(plan.warmUps(), plan.phaseLimit(), this::lifeOfAPod);
        race.each(this::askAsKubelet);
        race.each(c -> c.results().forgetTimesExcept(Operation.START));
        Race.repeat(plan.rounds(), plan.phaseLimit(), this::lifeOfAPod);
        Race.repeat(plan.rounds() / CALLERS, plan.phaseLimit(), this::livesOfPodsAtOnce);
    }

    /**
     * A server on a node has answered kubelet for a while before the next pod comes: every second a list of pods and one of
     * containers, now and then its status.
     */
    private void askAsKubelet(Contestant contestant) {
        for (int i = 0; i < plan.questions(); i++) {
            var _ = contestant.client().pods().list();
            var _ = contestant.client().containers().list();
            if (i % 5 == 0) {
                var _ = contestant.client().runtime().status(StatusRequest.getDefaultInstance());
            }
        }
    }

    private void lifeOfAPod() throws Exception {
        Map<Contestant, PodSandboxConfig> configs = new HashMap<>();
        Map<Contestant, String> pods = new HashMap<>();
        Map<Contestant, String> containers = new HashMap<>();
        race.each(c -> configs.put(c, c.node().pod("bench").build()));
        race.measure(Operation.RUN_POD, c -> pods.put(c, c.client().pods().run(of(configs, c))));
        race.measure(
                Operation.CREATE_AND_START,
                c -> containers.put(
                        c, c.client().containers().run(of(pods, c), idle("main").build(), of(configs, c))));
        race.measure(Operation.EXEC, c -> exec(c, of(containers, c)));
        race.measure(Operation.STOP_CONTAINER, c -> c.client().containers().stop(of(containers, c), GRACE));
        race.measure(Operation.REMOVE_CONTAINER, c -> c.client().containers().remove(of(containers, c)));
        race.measure(Operation.STOP_POD, c -> c.client().pods().stop(of(pods, c)));
        race.measure(Operation.REMOVE_POD, c -> c.client().pods().remove(of(pods, c)));
    }

    /** The same by several callers at once, without the command. */
    private void livesOfPodsAtOnce() throws Exception {
        Map<Contestant, List<PodSandboxConfig>> configs = new HashMap<>();
        Map<Contestant, String[]> pods = new HashMap<>();
        Map<Contestant, String[]> containers = new HashMap<>();
        race.each(c -> {
            List<PodSandboxConfig> own = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                own.add(c.node().pod("bench").build());
            }
            configs.put(c, own);
            pods.put(c, new String[CALLERS]);
            containers.put(c, new String[CALLERS]);
        });
        race.measureAtOnce(
                Operation.RUN_POD_AT_ONCE,
                CALLERS,
                (c, i) -> of(pods, c)[i] = c.client().pods().run(of(configs, c).get(i)));
        race.measureAtOnce(
                Operation.CREATE_AND_START_AT_ONCE,
                CALLERS,
                (c, i) -> of(containers, c)[i] = c.client()
                        .containers()
                        .run(
                                of(pods, c)[i],
                                idle("main").build(),
                                of(configs, c).get(i)));
        race.measureAtOnce(
                Operation.STOP_CONTAINER_AT_ONCE,
                CALLERS,
                (c, i) -> c.client().containers().stop(of(containers, c)[i], GRACE));
        race.measureAtOnce(
                Operation.REMOVE_CONTAINER_AT_ONCE,
                CALLERS,
                (c, i) -> c.client().containers().remove(of(containers, c)[i]));
        race.measureAtOnce(
                Operation.STOP_POD_AT_ONCE, CALLERS, (c, i) -> c.client().pods().stop(of(pods, c)[i]));
        race.measureAtOnce(
                Operation.REMOVE_POD_AT_ONCE,
                CALLERS,
                (c, i) -> c.client().pods().remove(of(pods, c)[i]));
    }

    private static <T> T of(Map<Contestant, T> values, Contestant contestant) {
        return Objects.requireNonNull(values.get(contestant));
    }

    private static void exec(Contestant contestant, String container) {
        ExecResult result = contestant.client().containers().exec(container, "true");
        if (result.exitCode() != 0) {
            throw new IllegalStateException("exec on " + contestant.name() + ": " + result);
        }
    }

    /**
     * As services do, it ends at SIGTERM; as kubelet does, it says which seccomp profile: servers differ in what silence means.
     */
    private ContainerBuilder idle(String name) {
        return ContainerBuilder.container(name, images.busybox())
                .security(security -> security.setSeccomp(
                        SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.RuntimeDefault)))
                .command("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1000 & wait; done");
    }

    private void lists() throws Exception {
        race.each(c -> inParallel(Plan.LISTED_CONTAINERS / CONTAINERS_PER_POD, () -> {
            PodSandboxConfig config = c.node().pod("listed").build();
            String pod = c.client().pods().run(config);
            for (int i = 0; i < CONTAINERS_PER_POD; i++) {
                var _ = c.client().containers().create(pod, idle("listed" + i).build(), config);
            }
        }));
        Race.repeat(
                plan.lists(),
                plan.phaseLimit(),
                () -> race.measure(Operation.LIST, c -> {
                    int listed = c.client().containers().list().size();
                    if (listed != Plan.LISTED_CONTAINERS) {
                        throw new IllegalStateException(c.name() + " lists " + listed + " containers");
                    }
                }));
        race.each(c -> c.node().removePods());
    }

    private void pulls(String bigImage) throws Exception {
        Race.repeat(plan.pulls(), plan.phaseLimit(), () -> {
            race.measure(Operation.PULL, c -> c.client().images().pull(bigImage));
            race.each(c -> c.client().images().remove(bigImage));
        });
    }

    private void manyPods() throws Exception {
        race.each(c -> inParallel(Plan.RUNNING_PODS, () -> {
            PodSandboxConfig config = c.node().pod("many").build();
            var _ = c.client()
                    .containers()
                    .run(c.client().pods().run(config), idle("main").build(), config);
        }));
        settle();
        race.each(Bench::takeFiguresOfManyPods);
        race.each(c -> c.node().target().close());
        race.measure(Operation.RESTART, Bench::startAndAsk);
        settle();
        race.each(c -> c.results()
                .set(
                        "PSS of the daemon with 50 pods after a restart, MB",
                        Memory.pss(c.node().target().pid())));
        race.each(c -> c.node().removePods());
        race.each(c ->
                Await.until("pods are gone", LIMIT, () -> c.node().leftovers().isEmpty()));
    }

    private static void takeFiguresOfManyPods(Contestant contestant) throws Exception {
        long daemon = contestant.node().target().pid();
        List<Long> others = contestant.node().processes().stream()
                .filter(pid -> pid != daemon)
                .toList();
        Results results = contestant.results();
        results.set("PSS of the daemon with 50 pods, MB", Memory.pss(daemon));
        results.set("PSS of all processes with 50 pods, MB", Memory.pss(daemon) + Memory.pss(others));
        results.set(
                "processes per pod besides the container's own",
                (double) others.size() / Plan.RUNNING_PODS - PROCESSES_OF_A_CONTAINER);
    }

    private static void inParallel(int times, Race.Round round) throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                calls.add(callers.submit(() -> {
                    round.run();
                    return true;
                }));
            }
            for (Future<Boolean> call : calls) {
                var _ = call.get(LIMIT.toMinutes() * 5, TimeUnit.MINUTES);
            }
        }
    }
}
