package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command.Output;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.PodSandboxState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The client for people, as a program of its own against a real server. */
class CtlIT {
    @RegisterExtension
    static final Node node = new Node();

    private static final Ctl CTL = new Ctl(node);

    @TempDir
    private Path folder;

    @Test
    void aPodAndAContainerLiveByTheWordsOfCrictl() throws Exception {
        Path pod = podConfig("life");
        Path container =
                containerConfig("main", "echo started; trap 'exit 3' TERM; while :; do sleep 1000 & wait; done");

        String podId = CTL.run("runp", pod.toString()).strip();
        assertThat(CTL.run("pods", "--name", "^life$")).matches("""
                POD ID {14}CREATED +STATE {15}NAME {16}NAMESPACE {11}ATTEMPT {13}RUNTIME
                %s {7}.* ago +Ready {15}life {16}default {13}0 {19}\\(default\\)
                """.formatted(podId.substring(0, 13)));
        String id =
                CTL.run("create", podId, container.toString(), pod.toString()).strip();
        assertThat(CTL.run("ps", "-q")).isEmpty();
        assertThat(CTL.run("ps", "-aq")).isEqualTo(id + "\n");
        assertThat(CTL.run("start", id)).isEqualTo(id + "\n");
        assertThat(CTL.run("ps", "--name", "main", "-p", podId).lines().skip(1))
                .singleElement()
                .asString()
                .startsWith(id.substring(0, 13))
                .contains("Running", "main", podId.substring(0, 13), "life", "default");
        assertThat(CTL.run("stop", "-t", "10", id)).isEqualTo(id + "\n");
        assertThat(node.containers().status(id).getExitCode()).isEqualTo(3);
        Path log = Path.of(node.containers().status(id).getLogPath());
        assertThat(log).exists();
        assertThat(CTL.run("rm", id)).isEqualTo(id + "\n");
        assertThat(log).doesNotExist();
        assertThat(CTL.run("stopp", podId)).isEqualTo("Stopped sandbox " + podId + "\n");
        assertThat(CTL.run("rmp", podId)).isEqualTo("Removed sandbox " + podId + "\n");
        assertThat(node.pods().list()).isEmpty();
    }

    @Test
    void runMakesBothAndInspectionShowsThemAsDocuments() throws Exception {
        String id = CTL.run(
                        "run",
                        "--no-pull",
                        containerConfig("main", "trap 'exit 0' TERM; while :; do sleep 1000 & wait; done")
                                .toString(),
                        podConfig("both").toString())
                .strip();

        assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(CTL.run("inspect", id))
                .startsWith("{\n  \"info\": {\n")
                .contains("\"state\": \"CONTAINER_RUNNING\"", "\"id\": \"" + id + "\"", "\"runtimeSpec\": {")
                .containsPattern("\"createdAt\": \"\\d{4}-\\d\\d-\\d\\dT")
                .contains("\"finishedAt\": \"0001-01-01T00:00:00Z\"");
        assertThat(CTL.run("inspect", "-o", "yaml", "-q", "--name", "main"))
                .startsWith("status:\n  annotations: {}\n")
                .contains("  id: " + id + "\n");
        assertThat(CTL.run("inspectp", "--name", "both", "-o", "table"))
                .contains("Name: both\n", "Status: SANDBOX_READY\n");
        assertThat(CTL.run("pods", "-o", "json"))
                .contains("\"state\": \"SANDBOX_READY\"", "\"namespace\": \"default\"");
        Output refused = CTL.attempt("rm", id);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.stderr())
                .isEqualTo("removing container " + id
                        + ": the container runs; stop it first or take --force (FailedPrecondition)\n");
        assertThat(CTL.run("rmp", "-af")).startsWith("Removed sandbox ");
    }

    @Test
    void aCommandEndsWithItsOwnExitCodeAndStreams() throws Exception {
        String id = node.run(node.runPod("exec"), node.idle("main"));

        Output output = CTL.attemptByProgram("exec", "--sync", id, "sh", "-c", "echo out; echo err >&2; exit 7");

        assertThat(output).isEqualTo(new Output(7, "out\n", "err\n"));
    }

    @Test
    void aCommandRunsInAllContainersThatTheFiltersLeave() throws Exception {
        Pod pod = node.runPod("exec");
        String one = node.run(pod, node.idle("one"));
        node.run(pod, node.idle("two"));
        node.run(pod, node.idle("other"));

        Output inTwo =
                CTL.attempt("exec", "-e", "--name", "^(one|two)$", "-p", pod.id(), "sh", "-c", "echo in; exit 4");
        assertThat(inTwo).isEqualTo(new Output(4, "in\nin\n", ""));
        Output untilOneFails = CTL.attempt("exec", "--name", "^(one|two)$", "sh", "-c", "echo in; exit 4");
        assertThat(untilOneFails).isEqualTo(new Output(4, "in\n", ""));
        assertThat(CTL.run("exec", "-r", "websocket", "--latest", "echo", "x")).isEqualTo("x\n");
        Output none = CTL.attempt("exec", "--name", "nosuch", "true");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.stderr()).contains("the filters leave no container");
        Output spdy = CTL.attempt("exec", "--transport", "spdy", one, "true");
        assertThat(spdy.exitCode()).isEqualTo(2);
        assertThat(spdy.stderr()).contains("--transport: \"spdy\" is not spoken here, only websocket");
    }

    @Test
    void aLogIsOpenedAgainAfterItWasMovedAway() throws Exception {
        String id = node.run(node.runPod("logs"), node.shell("main", "while :; do echo tick; sleep 0.1; done"));
        Path log = Path.of(node.containers().status(id).getLogPath());
        Files.move(log, log.resolveSibling("main.log.1"));

        CTL.run("logs", "--reopen", id);

        Await.until("the new log grows", Node.LIMIT, () -> Files.exists(log) && Files.size(log) > 0);
    }

    @Test
    void logsAreFollowedUntilTheContainerEnds() throws Exception {
        String id = node.run(
                node.runPod("logs"),
                node.shell("main", "for i in 1 2 3 4; do echo line $i; done; echo wrong >&2; sleep 1; echo end"));

        Output followed = CTL.attempt("logs", "-f", id);

        assertThat(followed).isEqualTo(new Output(0, "line 1\nline 2\nline 3\nline 4\nend\n", "wrong\n"));
        assertThat(CTL.run("logs", "--tail", "1", id)).isEqualTo("end\n");
        assertThat(CTL.run("logs", "-t", "--tail", "1", id)).matches("\\d{4}-\\d\\d-\\d\\dT\\S+ end\n");
        assertThat(CTL.run("logs", "--since", "1h", id)).startsWith("line 1\n");
        assertThat(CTL.run("logs", "--since", "2100-01-01T00:00:00", id)).isEmpty();
    }

    @Test
    void imagesAreListedShownAndRemoved() throws Exception {
        String image = node.testImages().name("pause");
        assertThat(CTL.run("pull", image)).startsWith("Image is up to date for ");
        String repository = image.substring(0, image.lastIndexOf(':'));

        assertThat(CTL.run("images", "--digests", image).lines().skip(1))
                .singleElement()
                .asString()
                .matches(repository + " +" + image.substring(repository.length() + 1)
                        + " +[0-9a-f]{13} +[0-9a-f]{13} +\\S+B");
        assertThat(CTL.run("inspecti", image)).contains("\"repoTags\": [\n");
        assertThat(CTL.run("imagefsinfo", "-o", "table")).contains("Image Filesystem\n", "Mountpoint[0]: /");
        assertThat(CTL.run("rmi", image)).isEqualTo("Deleted: " + image + "\n");
        Output again = CTL.attempt("rmi", image);
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.stderr()).isEqualTo("removing image " + image + ": there is no such image (NotFound)\n");
    }

    @Test
    void severalObjectsAreDoneAlthoughOneFails() throws Exception {
        Pod pod = node.runPod("several");

        Output output = CTL.attempt("inspectp", "doesnotexist");
        assertThat(output.exitCode()).isEqualTo(1);
        assertThat(output.stderr()).startsWith("crius ctl inspectp: ").contains("doesnotexist", "(NotFound)");
        Output removed = CTL.attempt("rmp", "-f", "doesnotexist", pod.id());
        assertThat(removed.exitCode()).isEqualTo(1);
        assertThat(removed.stderr()).startsWith("removing pod doesnotexist: ");
        assertThat(removed.stdout()).isEqualTo("Removed sandbox " + pod.id() + "\n");
    }

    @Test
    void theVersionAndTheConditionOfTheRuntimeAreShown() throws Exception {
        assertThat(CTL.run("version")).matches("""
                Version:  \\S+
                RuntimeName:  \\S+
                RuntimeVersion:  \\S+
                RuntimeApiVersion:  v1
                """);
        Await.until(
                "the network is ready",
                Node.LIMIT,
                () -> CTL.run("info", "-o", "table")
                        .matches("(?s)CONDITION.*RuntimeReady +true.*NetworkReady +true.*"));
        assertThat(node.pods().list()).allMatch(pod -> pod.getState() == PodSandboxState.SANDBOX_READY);
    }

    @Test
    void anInterruptedCommandEndsAtOnce() throws Exception {
        String id = node.run(node.runPod("follow"), node.shell("main", "echo up; sleep 1000"));
        List<String> interruptible = new ArrayList<>(List.of("env", "--default-signal"));
        interruptible.addAll(CTL.line("logs", "-f", id));
        Process follower = new ProcessBuilder(interruptible).start();
        try {
            assertThat(follower.inputReader().readLine()).isEqualTo("up");
            interrupt(follower);
            Await.until("crius ctl logs -f ends", Node.LIMIT, () -> !follower.isAlive());
            assertThat(follower.exitValue()).isEqualTo(130);
        } finally {
            follower.destroyForcibly();
        }
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        new ProcessBuilder(List.of("kill", "-INT", Long.toString(process.pid())))
                .start()
                .waitFor();
    }

    private Path podConfig(String name) throws IOException {
        PodSandboxConfig config = node.pod(name).build();
        String labels = config.getLabelsMap().entrySet().stream()
                .map(label -> "  " + label.getKey() + ": " + label.getValue() + "\n")
                .collect(Collectors.joining());
        return Files.writeString(folder.resolve(name + ".yaml"), """
                metadata:
                  name: %s
                  namespace: default
                  attempt: 0
                log_directory: %s
                linux:
                  cgroup_parent: %s
                labels:
                %s""".formatted(
                        name, config.getLogDirectory(), config.getLinux().getCgroupParent(), labels));
    }

    private Path containerConfig(String name, String script) throws IOException {
        return Files.writeString(folder.resolve(name + ".json"), """
                {"metadata": {"name": "%s"}, "image": {"image": "%s"}, "command": ["sh", "-c", "%s"],
                 "log_path": "%s.log", "labels": {"io.kubernetes.pod.name": "life", "io.kubernetes.pod.namespace": "default"},
                 "linux": {"security_context": {"namespace_options": {"pid": 1}}}}
                """.formatted(
                        name, node.testImages().busybox(), script, name));
    }
}
