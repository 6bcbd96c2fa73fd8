package io.crius.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file in the form of the kernel's list, and a shell in the place of the parser: neither is on the machines of the tests. */
class AppArmorProfilesTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    @Test
    void whatTheKernelHasIsFoundByItsWholeName() throws IOException {
        Files.writeString(folder.resolve("profiles"), "docker-default (enforce)\n/usr/bin/man (complain)\n");
        AppArmorProfiles profiles = profiles("exit 1");
        assertThat(profiles.isEnabled()).isTrue();
        assertThat(profiles.isLoaded("docker-default")).isTrue();
        assertThat(profiles.isLoaded("docker")).isFalse();
        profiles.require("/usr/bin/man");
    }

    @Test
    void itsOwnProfileIsLoadedWhenItIsNeeded() throws IOException {
        Files.writeString(folder.resolve("profiles"), "");
        AppArmorProfiles profiles =
                profiles("cat > " + folder + "/text; echo 'crio-default (enforce)' > " + folder + "/profiles");
        profiles.require("crio-default");
        assertThat(folder.resolve("text")).hasContent(AppArmorProfiles.text());
        assertThat(profiles.isLoaded("crio-default")).isTrue();
    }

    @Test
    void whatCannotBeLoadedIsRefusedWithTheReason() throws IOException {
        Files.writeString(folder.resolve("profiles"), "");
        assertThatThrownBy(() ->
                        profiles("cat > /dev/null; echo syntax >&2; exit 3").require("crio-default"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessage("AppArmor profile \"crio-default\" cannot be loaded: /bin/sh ended with 3: syntax");
        assertThatThrownBy(() -> new AppArmorProfiles(folder.resolve("profiles"), List.of("/nonexistent/parser"), LIMIT)
                        .require("crio-default"))
                .hasMessageContaining("/nonexistent/parser")
                .hasMessageEndingWith("; install apparmor_parser, or set apparmor_profile to one that is loaded");
        assertThatThrownBy(() -> profiles("exit 0").require("mine"))
                .hasMessage("AppArmor profile \"mine\" is not loaded on this node; load it with apparmor_parser");
        assertThat(new AppArmorProfiles(folder.resolve("none"), List.of(), LIMIT).isEnabled())
                .isFalse();
    }

    /** Also where a child of it keeps its output open. */
    @Test
    @Timeout(20)
    void aParserThatHangsIsNotWaitedFor() throws IOException {
        Files.writeString(folder.resolve("profiles"), "");
        var profiles = new AppArmorProfiles(
                folder.resolve("profiles"), List.of("/bin/sh", "-c", "sleep 5 & wait"), Duration.ofSeconds(1));
        assertThatThrownBy(() -> profiles.require("crio-default"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageEndingWith("cannot be loaded: /bin/sh did not end within 1 s");
    }

    @Test
    void theDefaultProfileIsTheOwnOneUnlessTheConfigurationHasAnotherOrNone() {
        assertThat(AppArmorProfiles.standard("")).contains("crio-default");
        assertThat(AppArmorProfiles.standard("mine")).contains("mine");
        assertThat(AppArmorProfiles.standard("unconfined")).isEmpty();
    }

    @Test
    @Timeout(30)
    void theDefaultProfileIsLoadedBeforeAContainerNeedsIt() throws IOException {
        Files.writeString(folder.resolve("profiles"), "");
        AppArmorProfiles profiles =
                profiles("cat > /dev/null; echo 'crio-default (enforce)' > " + folder + "/profiles");
        profiles.prepare("crio-default");
        while (!profiles.isLoaded("crio-default")) {
            Thread.onSpinWait();
        }
    }

    private AppArmorProfiles profiles(String script) {
        return new AppArmorProfiles(folder.resolve("profiles"), List.of("/bin/sh", "-c", script), LIMIT);
    }
}
