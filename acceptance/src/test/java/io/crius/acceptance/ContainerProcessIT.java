package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.TestImages;
import io.crius.acceptance.target.Trait;
import io.crius.client.ContainerBuilder;
import io.crius.cri.v1.ContainerStatus;
import io.crius.cri.v1.SupplementalGroupsPolicy;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which process a container runs: command, environment, folder, user. */
class ContainerProcessIT {
    @RegisterExtension
    static final Node node = new Node();

    private static ContainerBuilder of(String image) {
        node.images().pull(node.testImages().name(image));
        return ContainerBuilder.container("main", node.testImages().name(image));
    }

    @Test
    void nothingSaidRunsEntrypointAndArgumentsOfTheImage() throws Exception {
        assertThat(node.output(of("entry"))).isEqualTo("entrypoint default-arg\n");
    }

    @Test
    void argumentsTakeThePlaceOfTheImagesArguments() throws Exception {
        assertThat(node.output(of("entry").args("one", "two words"))).isEqualTo("entrypoint one two words\n");
    }

    @Test
    void aCommandTakesThePlaceOfEntrypointAndArguments() throws Exception {
        assertThat(node.output(of("entry").command("/bin/echo"))).isEqualTo("\n");
    }

    @Test
    void commandAndArgumentsAreTakenTogether() throws Exception {
        assertThat(node.output(of("entry").command("/bin/echo", "own").args("x")))
                .isEqualTo("own x\n");
    }

    @Test
    void anImageWithoutACommandNeedsOne() throws Exception {
        Pod pod = node.runPod("web");
        assertThat(Grpc.failure(() -> node.create(pod, of("silent"))).message()).contains("no command specified");
        assertThat(node.output(pod, of("silent").command("echo", "said"))).isEqualTo("said\n");
    }

    @Test
    void theCommandIsFoundByThePathOfTheImage() throws Exception {
        assertThat(node.output(of("busybox").command("echo", "found"))).isEqualTo("found\n");
    }

    @Test
    void environmentOfTheRequestBeatsThatOfTheImage() throws Exception {
        ContainerBuilder container = of("entry")
                .command("/bin/sh", "-c", "echo $GREETING $OWN; env | grep -c ^GREETING=")
                .env("OWN", "with = and spaces");
        assertThat(node.output(container)).isEqualTo("hello with = and spaces\n1\n");
        Pod pod = node.runPod("second");
        assertThat(node.output(pod, container.env("GREETING", "bye"))).isEqualTo("bye with = and spaces\n1\n");
    }

    @Test
    void theWorkingFolderIsThatOfTheRequestOrTheImageOrTheRoot() throws Exception {
        Pod pod = node.runPod("web");
        assertThat(node.output(pod, of("entry").command("/bin/pwd"))).isEqualTo("/srv\n");
        assertThat(node.output(pod, of("entry").attempt(1).command("/bin/pwd").workingDirectory("/tmp")))
                .isEqualTo("/tmp\n");
        assertThat(node.output(pod, of("busybox").attempt(2).command("pwd"))).isEqualTo("/\n");
    }

    @Test
    void aWorkingFolderThatIsMissingIsMade() throws Exception {
        assertThat(node.output(of("busybox").command("pwd").workingDirectory("/not/there/yet")))
                .isEqualTo("/not/there/yet\n");
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aWorkingFolderThatCannotBeIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        Grpc relative = Grpc.failure(() -> node.create(pod, node.idle("main").workingDirectory("here")));
        assertThat(relative.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(relative.message()).isEqualTo("working_dir \"here\" of the container is not an absolute path");
        Grpc file = Grpc.failure(() -> node.create(pod, node.idle("main").workingDirectory("/bin/busybox/x")));
        assertThat(file.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(file.message()).contains("/bin/busybox in the image is not a folder");
    }

    @Test
    void aVariableMayHaveLines() throws Exception {
        assertThat(node.output(node.shell("main", "echo \"$LINES_OF\"").env("LINES_OF", "one\ntwo=2")))
                .isEqualTo("one\ntwo=2\n");
    }

    @Test
    @Needs(Trait.EXACT_CODES)
    void aLogOutsideOfThePodsFolderIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure =
                Grpc.failure(() -> node.create(pod, node.idle("main").with(c -> c.setLogPath("../../escaped.log"))));
        assertThat(failure.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.message())
                .isEqualTo("container main: log_path \"../../escaped.log\" is not a file inside the pod's"
                        + " log_directory");
    }

    @Test
    @Needs(Trait.READS_CRIO_CONF)
    void aUserWithoutANameIsGivenOne() throws Exception {
        assertThat(node.output(of("busybox")
                        .command("sh", "-c", "id -un; id -gn; grep 4242 /etc/passwd")
                        .user(4242)
                        .group(4343)))
                .isEqualTo("default\n4343\ndefault:x:4242:4343:default user:/:/sbin/nologin\n");
    }

    @Test
    void theUserIsThatOfTheImage() throws Exception {
        Pod pod = node.runPod("web");
        assertThat(node.output(pod, of("busybox").command("id"))).startsWith("uid=0(root) gid=0(root)");
        assertThat(node.output(pod, of("entry").attempt(1).command("/bin/id")))
                .startsWith("uid=1000(app) gid=1000(app) groups=1000(app)");
        assertThat(node.output(pod, of("numeric").attempt(2).command("sh", "-c", "id -u; id -g")))
                .isEqualTo("1234\n5678\n");
    }

    @Test
    @Needs(Trait.GROUPS_OF_THE_IMAGES_USER)
    void theUserOfTheImageHasItsGroups() throws Exception {
        assertThat(node.output(of("entry").command("/bin/id", "-G"))).isEqualTo("1000 2000\n");
    }

    @Test
    void theUserOfTheRequestBeatsThatOfTheImage() throws Exception {
        Pod pod = node.runPod("web");
        assertThat(node.output(pod, of("entry").command("/bin/id", "-u").user(4000)))
                .isEqualTo("4000\n");
        assertThat(node.output(
                        pod, of("entry").attempt(1).command("/bin/id", "-u").user(0)))
                .isEqualTo("0\n");
        assertThat(node.output(
                        pod,
                        of("busybox")
                                .attempt(2)
                                .command("sh", "-c", "id -u; id -g")
                                .user(4000)
                                .group(5000)))
                .isEqualTo("4000\n5000\n");
        assertThat(node.output(pod, of("busybox").attempt(3).command("id").username("app")))
                .startsWith("uid=1000(app) gid=1000(app)");
    }

    @Test
    void aUserNameThatTheImageDoesNotKnowIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure =
                Grpc.failure(() -> node.run(pod, of("busybox").command("id").username("nosuchuser")));
        assertThat(failure.message()).containsIgnoringCase("user");
    }

    @Test
    void aGroupWithoutAUserIsRefused() throws Exception {
        Pod pod = node.runPod("web");
        Grpc failure =
                Grpc.failure(() -> node.run(pod, of("busybox").command("id").group(5000)));
        assertThat(failure.message()).containsIgnoringCase("group");
    }

    /** Its /etc/passwd and /etc/group are links to files of Debian, which the node has and the image has not. */
    @Test
    void usersAreNotLookedForOutsideOfTheImage() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of(TestImages.USERS_OF_THE_NODE)), "needs Debian's base-passwd");
        Pod pod = node.runPod("web");
        for (String name : List.of("games", "root")) {
            Grpc.failure(() -> node.run(pod, of("links").command("id").username(name)));
        }
        assertThat(node.output(
                        pod, of("links").command("sh", "-c", "id -u; id -G").user(5)))
                .startsWith("5\n")
                .doesNotContain("60");
    }

    @Test
    void supplementalGroupsAreAdded() throws Exception {
        String groups = node.output(
                of("busybox").command("sh", "-c", "id -G").user(1000).supplementalGroups(3000L, 3001L));
        assertThat(groups.strip().split(" ")).contains("3000", "3001");
    }

    private static ContainerBuilder grouped(String name, SupplementalGroupsPolicy policy) {
        return node.shell(name, "id -G")
                .user(1000)
                .supplementalGroups(3000L, 3001L)
                .security(s -> s.setSupplementalGroupsPolicy(policy));
    }

    /** The image's /etc/group has user 1000 in group 2000. */
    @Test
    @Needs({Trait.TELLS_USER_AND_RESOURCES, Trait.SPEAKS_CRI_1_36})
    void theGroupsOfTheImageCountUnlessTheRequestIsStrict() throws Exception {
        Pod pod = node.runPod("web");
        for (var policy : List.of(SupplementalGroupsPolicy.Merge, SupplementalGroupsPolicy.Strict)) {
            String id = node.run(pod, grouped(policy.name().toLowerCase(Locale.ROOT), policy));
            ContainerStatus status = node.awaitExit(id);
            Long[] groups = policy == SupplementalGroupsPolicy.Merge
                    ? new Long[] {1000L, 2000L, 3000L, 3001L}
                    : new Long[] {1000L, 3000L, 3001L};
            assertThat(ContainerLog.of(Path.of(status.getLogPath()))
                            .text(ContainerLog.Stream.STDOUT)
                            .strip()
                            .split(" "))
                    .as(policy.name())
                    .containsExactlyInAnyOrder(
                            Arrays.stream(groups).map(String::valueOf).toArray(String[]::new));
            var user = status.getUser().getLinux();
            assertThat(user.getUid()).isEqualTo(1000);
            assertThat(user.getGid()).isEqualTo(1000);
            assertThat(user.getSupplementalGroupsList()).as(policy.name()).containsExactlyInAnyOrder(groups);
        }
    }

    /** Compat: mkdir is the default: the folder is the container's own and empty, or what the image has there. */
    @Test
    void theVolumesOfAnImageAreFoldersOfItsContainers() throws Exception {
        assertThat(node.output(of("volumes")
                        .command("sh", "-c", "touch /made/deep/x && ls /made/deep; cat /var/www/index.html")))
                .isEqualTo("x\nserved by crius\n");
    }

    @Test
    void theHostnameIsInTheEnvironment() throws Exception {
        Pod pod = node.run(node.pod("web").hostname("named"));
        assertThat(node.output(pod, of("busybox").command("sh", "-c", "echo $HOSTNAME")))
                .isEqualTo("named\n");
    }

    @Test
    void aTerminalIsATerminal() throws Exception {
        assertThat(node.output(of("busybox")
                        .command("sh", "-c", "test -t 1 && test -t 0 && echo $TERM")
                        .tty()))
                .isEqualToIgnoringWhitespace("xterm");
    }

    @Test
    void withoutATerminalStdinIsEmpty() throws Exception {
        assertThat(node.output(of("busybox").command("sh", "-c", "test -t 1 || echo none; cat | wc -c")))
                .isEqualTo("none\n0\n");
    }

    @Test
    void theOomScoreIsThatOfTheRequest() throws IOException {
        Pod pod = node.runPod("web");
        String id = node.run(pod, node.idle("main").resources(r -> r.setOomScoreAdj(500)));
        assertThat(Files.readString(Path.of("/proc/" + node.pid(id) + "/oom_score_adj"))
                        .strip())
                .isEqualTo("500");
    }
}
