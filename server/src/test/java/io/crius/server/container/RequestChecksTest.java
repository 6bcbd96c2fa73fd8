package io.crius.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.HugepageLimit;
import io.crius.cri.v1.KeyValue;
import io.crius.cri.v1.Mount;
import io.crius.cri.v1.MountPropagation;
import io.crius.model.CriusException;
import io.crius.server.container.spec.SpecFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestChecksTest {
    @TempDir
    Path folder;

    private static String refusal(Consumer<ContainerConfig.Builder> change) {
        var fixture = new SpecFixture();
        change.accept(fixture.config());
        return refusal(fixture);
    }

    private static String refusal(SpecFixture fixture) {
        var refusal = catchThrowableOfType(
                CriusException.InvalidArgument.class, () -> RequestChecks.check(fixture.request()));
        assertThat(refusal).isNotNull();
        return String.valueOf(refusal.getMessage());
    }

    private static String mount(String source, String destination) {
        return refusal(c -> c.addMounts(Mount.newBuilder().setHostPath(source).setContainerPath(destination)));
    }

    @Test
    void aUsualRequestPasses() {
        assertThatCode(() -> RequestChecks.check(new SpecFixture().request())).doesNotThrowAnyException();
    }

    @Test
    void aLogStaysInTheFolderOfThePod() {
        assertThat(refusal(c -> c.setLogPath("/var/log/x")))
                .isEqualTo("container main: log_path \"/var/log/x\" is absolute; it is relative to the pod's"
                        + " log_directory");
        assertThat(refusal(c -> c.setLogPath("main/../../../etc/passwd")))
                .isEqualTo("container main: log_path \"main/../../../etc/passwd\" is not a file inside the pod's"
                        + " log_directory");
        assertThat(refusal(c -> c.setLogPath("main/.."))).contains("is not a file inside");
        var fixture = new SpecFixture();
        fixture.config().setLogPath("main/../main/0.log");
        assertThatCode(() -> RequestChecks.check(fixture.request())).doesNotThrowAnyException();
    }

    @Test
    void labelsAreBoundedInBytes() {
        String umlauts = "ä".repeat(2047);
        var fixture = new SpecFixture();
        fixture.config().putLabels("ab", umlauts);
        assertThatCode(() -> RequestChecks.check(fixture.request())).doesNotThrowAnyException();
        assertThat(refusal(c -> c.putLabels("abc", umlauts)))
                .isEqualTo("label \"abc\" of container main: key and value are longer than 4096 bytes together");
    }

    @Test
    void namesOfVariablesAndTextsAreWhatTheKernelTakes() {
        assertThat(refusal(c -> c.addEnvs(variable("", "x"))))
                .isEqualTo("container main: environment variable \"\": a name is not empty and has no \"=\"");
        assertThat(refusal(c -> c.addEnvs(variable("A=B", "x")))).contains("environment variable \"A=B\"");
        assertThat(refusal(c -> c.addEnvs(variable("A", "x\0y"))))
                .isEqualTo("container main: envs contain a NUL character");
        assertThat(refusal(c -> c.addArgs("x\0"))).isEqualTo("container main: args contain a NUL character");
        assertThat(mount("/a\0b", "/data")).isEqualTo("container main: mounts contain a NUL character");
    }

    @Test
    void aWorkingFolderIsAbsolute() {
        assertThat(refusal(c -> c.setWorkingDir("here")))
                .isEqualTo("working_dir \"here\" of the container is not an absolute path");
    }

    @Test
    void mountsThatCanNeverWorkAreNamed() throws Exception {
        assertThat(mount("some/where", "/data"))
                .isEqualTo("container main: mount of some/where at /data: the source is not an absolute path");
        assertThat(mount("/tmp", "/data/.."))
                .isEqualTo(
                        "container main: mount of /tmp at /data/..: the root of the container cannot be mounted over");
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(mount(file.toString(), "/proc"))
                .isEqualTo("container main: mount of " + file + " at /proc: the source is a file, not a folder");
        assertThat(mount("", "/data")).isEqualTo("mount.HostPath is empty (for container path /data)");
        assertThat(mount("/tmp", "")).isEqualTo("mount.ContainerPath is empty");
    }

    @Test
    void aRecursivelyReadOnlyMountIsReadOnlyAndPrivate() {
        Mount.Builder mount =
                Mount.newBuilder().setHostPath("/tmp").setContainerPath("/data").setRecursiveReadOnly(true);
        assertThat(refusal(c -> c.addMounts(mount)))
                .isEqualTo("recursive read-only mount conflicts with read-write mount for hostPath \"/tmp\"");
        mount.setReadonly(true).setPropagation(MountPropagation.PROPAGATION_BIDIRECTIONAL);
        assertThat(refusal(c -> c.addMounts(mount)))
                .isEqualTo("recursive read-only mount requires private propagation for hostPath \"/tmp\", got:"
                        + " BIDIRECTIONAL");
    }

    @Test
    void resourcesAreInTheirRanges() {
        assertThat(refusal(new SpecFixture().resources(r -> r.setOomScoreAdj(1001))))
                .isEqualTo("container main: oom_score_adj 1001 is not between -1000 and 1000");
        assertThat(refusal(new SpecFixture().resources(r -> r.setMemoryLimitInBytes(-2))))
                .isEqualTo("container main: memory_limit_in_bytes -2 is less than -1, which is no limit");
        assertThat(refusal(new SpecFixture()
                        .resources(r ->
                                r.addHugepageLimits(HugepageLimit.newBuilder().setPageSize("../x")))))
                .isEqualTo("container main: hugepage_limits: \"../x\" is not a page size such as 2MB");
    }

    private static KeyValue variable(String name, String value) {
        return KeyValue.newBuilder()
                .setKey(name)
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }
}
