package io.crius.image.registries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistriesFilesTest {
    @TempDir
    Path folder;

    private Path main;
    private Path dropIns;

    @BeforeEach
    void folders() throws IOException {
        main = folder.resolve("registries.conf");
        dropIns = Files.createDirectory(folder.resolve("registries.conf.d"));
    }

    private RegistriesConf read() {
        return new RegistriesFiles(main, dropIns, Optional.of(folder.resolve("short-name-aliases.conf"))).read();
    }

    private RegistriesConf read(String text) throws IOException {
        Files.writeString(main, text);
        return read();
    }

    private static List<String> places(RegistriesConf conf, String image) {
        return conf.endpoints(ImageReference.parse(image)).stream()
                .map(endpoint -> endpoint.reference() + " " + endpoint.tls() + " " + endpoint.role())
                .toList();
    }

    @Test
    void withoutFilesEveryRegistryIsAskedItself() {
        assertThat(places(read(), "r.example/a:1")).containsExactly("r.example/a:1 VERIFIED PRIMARY");
    }

    @Test
    void mirrorsComeFirstAndTheLocationLast() throws IOException {
        RegistriesConf conf = read("""
                [[registry]]
                prefix = "r.example/team"
                location = "internal.example/mirrored/"
                insecure = true
                [[registry.mirror]]
                location = "m1.example:5000"
                [[registry.mirror]]
                location = "m2.example/deep"
                insecure = true
                """);
        assertThat(places(conf, "r.example/team/app:1"))
                .containsExactly(
                        "m1.example:5000/app:1 VERIFIED MIRROR",
                        "m2.example/deep/app:1 OPTIONAL MIRROR",
                        "internal.example/mirrored/app:1 OPTIONAL PRIMARY");
        assertThat(places(conf, "r.example/teams/app:1")).containsExactly("r.example/teams/app:1 VERIFIED PRIMARY");
    }

    @Test
    void theLongestPrefixWins() throws IOException {
        RegistriesConf conf = read("""
                [[registry]]
                location = "r.example"
                insecure = true
                [[registry]]
                prefix = "r.example/a/b"
                location = "long.example"
                [[registry]]
                prefix = "r.example/a"
                location = "short.example"
                """);
        assertThat(places(conf, "r.example/a/b/c")).containsExactly("long.example/c:latest VERIFIED PRIMARY");
        assertThat(places(conf, "r.example/a/x")).containsExactly("short.example/x:latest VERIFIED PRIMARY");
        assertThat(places(conf, "r.example:5000/x")).containsExactly("r.example:5000/x:latest OPTIONAL PRIMARY");
        assertThat(places(conf, "r.example.org/x")).containsExactly("r.example.org/x:latest VERIFIED PRIMARY");
    }

    @Test
    void aWildcardMeansSubdomainsOnly() throws IOException {
        RegistriesConf conf = read("""
                [[registry]]
                prefix = "*.example.com"
                insecure = true
                [[registry]]
                prefix = "*.moved.example"
                location = "new.example/all"
                """);
        assertThat(places(conf, "a.b.example.com:5000/x"))
                .containsExactly("a.b.example.com:5000/x:latest OPTIONAL PRIMARY");
        assertThat(places(conf, "example.com/x")).containsExactly("example.com/x:latest VERIFIED PRIMARY");
        assertThat(places(conf, "r.io/a.example.com/x"))
                .containsExactly("r.io/a.example.com/x:latest VERIFIED PRIMARY");
        assertThat(places(conf, "old.moved.example/x")).containsExactly("new.example/all/x:latest VERIFIED PRIMARY");
    }

    @Test
    void mirrorsMayBeForDigestsOrTagsOnly() throws IOException {
        RegistriesConf conf = read("""
                [[registry]]
                location = "r.example"
                [[registry.mirror]]
                location = "d.example"
                pull-from-mirror = "digest-only"
                [[registry.mirror]]
                location = "t.example"
                pull-from-mirror = "tag-only"
                """);
        String digest = "@sha256:" + "a".repeat(64);
        assertThat(places(conf, "r.example/x:1"))
                .containsExactly("t.example/x:1 VERIFIED MIRROR", "r.example/x:1 VERIFIED PRIMARY");
        assertThat(places(conf, "r.example/x" + digest))
                .containsExactly(
                        "d.example/x" + digest + " VERIFIED MIRROR", "r.example/x" + digest + " VERIFIED PRIMARY");
    }

    @Test
    void mirrorByDigestOnlyHoldsForAllMirrors() throws IOException {
        RegistriesConf conf = read("""
                [[registry]]
                location = "r.example"
                mirror-by-digest-only = true
                [[registry.mirror]]
                location = "d.example"
                """);
        assertThat(places(conf, "r.example/x:1")).containsExactly("r.example/x:1 VERIFIED PRIMARY");
    }

    @Test
    void aBlockedRegistryIsRefusedByName() throws IOException {
        RegistriesConf conf = read("""
                [[registry]]
                location = "bad.example"
                blocked = true
                """);
        assertThatThrownBy(() -> conf.endpoints(ImageReference.parse("bad.example/x")))
                .isInstanceOf(CriusException.PermissionDenied.class)
                .hasMessage("pull bad.example/x:latest: registry bad.example is blocked in " + main + ":1");
    }

    @Test
    void aRewriteThatGivesNoNameIsRefused() throws IOException {
        RegistriesConf conf = read("""
                [[registry]]
                prefix = "r.example"
                location = "nohost"
                """);
        assertThatThrownBy(() -> conf.endpoints(ImageReference.parse("r.example/x")))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageContaining("turns r.example/x into \"nohost/x\"");
    }

    @Test
    void dropInsReplaceEntriesAndListsAndMergeAliases() throws IOException {
        Files.writeString(main, """
                unqualified-search-registries = ["a.example"]
                [[registry]]
                location = "r.example"
                insecure = true
                [[registry.mirror]]
                location = "m.example"
                [aliases]
                one = "a.example/one"
                two = "a.example/two"
                """);
        Files.writeString(dropIns.resolve("20-b.conf"), """
                unqualified-search-registries = []
                [aliases]
                two = ""
                """);
        Files.writeString(dropIns.resolve("10-a.conf"), """
                unqualified-search-registries = ["b.example"]
                [[registry]]
                location = "r.example"
                [aliases]
                three = "a.example/three"
                """);
        Files.writeString(dropIns.resolve("ignored.txt"), "not toml");
        RegistriesConf conf = read();
        assertThat(conf.search().registries()).isEmpty();
        assertThat(conf.aliases()).containsOnlyKeys("one", "three");
        assertThat(places(conf, "r.example/x")).containsExactly("r.example/x:latest VERIFIED PRIMARY");
    }

    @Test
    void recordedAliasesWin() throws IOException {
        Files.writeString(main, "[aliases]\none = \"a.example/one\"\n");
        Files.writeString(folder.resolve("short-name-aliases.conf"), "[aliases]\n\"one\" = \"b.example/one\"\n");
        assertThat(read().aliases()).containsEntry("one", "b.example/one");
    }

    @Test
    void versionOneIsUnderstood() throws IOException {
        RegistriesConf conf = read("""
                [registries.search]
                registries = ["a.example", "b.example/"]
                [registries.insecure]
                registries = ["i.example:5000"]
                [registries.block]
                registries = ["bad.example"]
                """);
        assertThat(conf.search().registries()).containsExactly("a.example", "b.example");
        assertThat(places(conf, "i.example:5000/x")).containsExactly("i.example:5000/x:latest OPTIONAL PRIMARY");
        assertThatThrownBy(() -> places(conf, "bad.example/x")).hasMessageContaining("blocked");
    }

    @Test
    void mistakesAreNamedWithTheirPlace() throws IOException {
        assertThatThrownBy(() -> read("a = = 1"))
                .isInstanceOf(CriusException.FailedPrecondition.class)
                .hasMessageStartingWith(main + ":1:5: ");
        assertThatThrownBy(() -> read("\n[[registry]]\nlocation = 7\n"))
                .hasMessage(main + ":3:1: \"location\" is not a string");
        assertThatThrownBy(() -> read("[[registry]]\nlocation = \"https://r.example\"\n"))
                .hasMessageContaining("a location has no scheme");
        assertThatThrownBy(() -> read("[[registry]]\ninsecure = true\n")).hasMessageContaining("without \"location\"");
        assertThatThrownBy(() -> read("[[registry]]\nprefix = \"*.a.example/x\"\n"))
                .hasMessageContaining("a wildcard is for hosts only");
        assertThatThrownBy(() -> read("""
                        [[registry]]
                        location = "r.example"
                        mirror-by-digest-only = true
                        [[registry.mirror]]
                        location = "m.example"
                        pull-from-mirror = "all"
                        """)).hasMessageContaining("cannot be set together");
        assertThatThrownBy(() -> read("""
                        [[registry]]
                        location = "r.example"
                        [[registry]]
                        prefix = "other.example"
                        location = "r.example"
                        blocked = true
                        """)).hasMessageContaining("more than once");
        assertThatThrownBy(() -> read("[registries.search]\nregistries = []\n[aliases]\n"))
                .hasMessageContaining("mixed");
    }

    @Test
    void theFirstOfTwoEntriesInOneFileCounts() throws IOException {
        RegistriesConf conf = read("""
                [[registry]]
                prefix = "r.example"
                location = "one.example"
                [[registry]]
                prefix = "r.example"
                location = "two.example"
                """);
        assertThat(places(conf, "r.example/x")).containsExactly("one.example/x:latest VERIFIED PRIMARY");
    }

    @Test
    void reloadKeepsWhatWorkedWhenTheNewFileDoesNot() throws IOException {
        Files.writeString(main, "unqualified-search-registries = [\"a.example\"]");
        var current = new CurrentRegistries(new RegistriesFiles(main, dropIns, Optional.empty()));
        assertThat(current.get().search().registries()).containsExactly("a.example");
        Files.writeString(main, "unqualified-search-registries = 7");
        assertThatThrownBy(current::reload).hasMessageContaining("is not a list of strings");
        assertThat(current.get().search().registries()).containsExactly("a.example");
        Files.writeString(main, "unqualified-search-registries = [\"b.example\"]");
        current.reload();
        assertThat(current.get().search().registries()).containsExactly("b.example");
    }

    @Test
    void withoutReloadingAChangeHasNoEffectExceptOnWhatPeoplePicked() throws IOException {
        Path picked = folder.resolve("short-name-aliases.conf");
        var current = new CurrentRegistries(new RegistriesFiles(main, dropIns, Optional.of(picked)));
        assertThat(current.get().aliases()).isEmpty();
        Files.writeString(main, "unqualified-search-registries = [\"a.example\"]");
        Files.writeString(picked, "[aliases]\nbox = \"r.example/box\"");
        assertThat(current.get().search().registries()).isEmpty();
        assertThat(current.get().aliases()).containsEntry("box", "r.example/box");
    }

    @Test
    void whereItIsWantedChangedNewAndRemovedFilesCountAtOnce() throws IOException {
        var current = new CurrentRegistries(
                new RegistriesFiles(main, dropIns, Optional.empty()), CurrentRegistries.Reload.ON_CHANGE);
        assertThat(current.get().search().registries()).isEmpty();
        Files.writeString(main, "unqualified-search-registries = [\"a.example\"]");
        assertThat(current.get().search().registries()).containsExactly("a.example");
        Path dropIn = Files.writeString(dropIns.resolve("50.conf"), "unqualified-search-registries = [\"b.example\"]");
        assertThat(current.get().search().registries()).containsExactly("b.example");
        Files.writeString(dropIn, "unqualified-search-registries = [\"half");
        assertThat(current.get().search().registries()).containsExactly("b.example");
        Files.delete(dropIn);
        assertThat(current.get().search().registries()).containsExactly("a.example");
        assertThat(current.get()).isSameAs(current.get());
    }
}
