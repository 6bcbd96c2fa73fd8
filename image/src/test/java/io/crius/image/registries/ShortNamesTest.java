package io.crius.image.registries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.config.ShortNameMode;
import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShortNamesTest {
    private static ShortNames names(ShortNameMode mode, String... search) {
        return new ShortNames(
                new RegistriesConf(
                        "/etc/registries.conf",
                        new SearchList(List.of(search), "/etc/registries.conf:3"),
                        List.of(),
                        Map.of("app", "a.example/team/app", "team/app", "a.example/other"),
                        List.of()),
                mode);
    }

    private static List<String> texts(List<ImageReference> references) {
        return references.stream().map(ImageReference::toString).toList();
    }

    @Test
    void aFullNameStandsForItself() {
        ShortNames names = names(ShortNameMode.ENFORCING);
        assertThat(texts(names.toPull("r.example/x:1"))).containsExactly("r.example/x:1");
        assertThat(texts(names.toPull("docker://localhost/x"))).containsExactly("localhost/x:latest");
        assertThat(texts(names.toPull("docker.io/busybox"))).containsExactly("docker.io/library/busybox:latest");
    }

    @Test
    void anAliasKeepsTagAndDigest() {
        ShortNames names = names(ShortNameMode.ENFORCING, "s1.example", "s2.example");
        String digest = "@sha256:" + "b".repeat(64);
        assertThat(texts(names.toPull("app"))).containsExactly("a.example/team/app:latest");
        assertThat(texts(names.toPull("app:7"))).containsExactly("a.example/team/app:7");
        assertThat(texts(names.toPull("team/app" + digest))).containsExactly("a.example/other" + digest);
    }

    @Test
    void oneSearchRegistryIsNotAmbiguous() {
        assertThat(texts(names(ShortNameMode.ENFORCING, "docker.io").toPull("x:1")))
                .containsExactly("docker.io/library/x:1");
    }

    @Test
    void enforcingRefusesAnAmbiguousNameAndListsWhatToWrite() {
        assertThatThrownBy(() -> names(ShortNameMode.ENFORCING, "s1.example", "s2.example")
                        .toPull("x:1"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("short name mode is enforcing, but image name x:1 returns ambiguous list:"
                        + " [s1.example/x:1, s2.example/x:1]"
                        + " (unqualified-search-registries at /etc/registries.conf:3); write one of these, or add an alias to"
                        + " /etc/registries.conf, or set short_name_mode = \"disabled\" in [crio.image]");
    }

    @Test
    void otherwiseAllSearchRegistriesAreTriedInOrder() {
        assertThat(texts(names(ShortNameMode.DISABLED, "s1.example", "s2.example")
                        .toPull("x")))
                .containsExactly("s1.example/x:latest", "s2.example/x:latest");
        assertThat(names(ShortNameMode.PERMISSIVE, "s1.example", "s2.example").toPull("x"))
                .hasSize(2);
    }

    @Test
    void aShortNameThatLeadsNowhereSaysWhatToWrite() {
        assertThatThrownBy(() -> names(ShortNameMode.ENFORCING).toPull("x"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("short-name \"x\" did not resolve to an alias and no unqualified-search"
                        + " registries are defined in \"/etc/registries.conf:3\"");
    }

    @Test
    void anIdIsNoName() {
        assertThatThrownBy(() -> names(ShortNameMode.DISABLED, "s1.example").toPull("a".repeat(64)))
                .hasMessageContaining("an image id, not a name");
    }

    @Test
    void whatIsNoNameIsQuoted() {
        assertThatThrownBy(() -> names(ShortNameMode.DISABLED, "s1.example").toPull("r.example/UPPER"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageContaining("UPPER");
    }

    @Test
    void imagesOfTheStoreAreSoughtUnderAliasLocalhostAndSearchRegistries() {
        assertThat(texts(names(ShortNameMode.ENFORCING, "s1.example", "s2.example")
                        .toFind("app")))
                .containsExactly(
                        "a.example/team/app:latest",
                        "localhost/app:latest",
                        "s1.example/app:latest",
                        "s2.example/app:latest");
    }
}
