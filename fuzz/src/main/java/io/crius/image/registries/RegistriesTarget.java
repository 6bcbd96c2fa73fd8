package io.crius.image.registries;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crius.config.ShortNameMode;
import io.crius.fuzz.Target;
import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.nio.file.Path;
import java.util.List;

/** registries.conf, and what it makes of names. */
public final class RegistriesTarget implements Target {
    private static final Path FILE = Path.of("/registries.conf");

    @Override
    public String name() {
        return "registries";
    }

    @Override
    public void parse(byte[] input) {
        var merge = new RegistriesMerge("/registries.conf");
        merge.add(RegistriesCodec.parse(FILE, new String(input, UTF_8)));
        RegistriesConf conf = merge.result();
        for (String name : List.of("busybox", "r.example.com:5000/team/app:1", "a.example.com/x")) {
            try {
                new ShortNames(conf, ShortNameMode.DISABLED).toPull(name).forEach(conf::endpoints);
                conf.endpoints(ImageReference.parse(name));
            } catch (CriusException e) {
                if (String.valueOf(e.getMessage()).isBlank()) {
                    throw new AssertionError("a refusal without a message", e);
                }
            }
        }
    }

    @Override
    public List<byte[]> seeds() {
        return Target.texts(
                """
                unqualified-search-registries = ["docker.io", "quay.io"]
                short-name-mode = "enforcing"
                credential-helpers = ["containers-auth.json"]
                [[registry]]
                prefix = "*.example.com"
                location = "mirror.example/x"
                insecure = true
                [[registry.mirror]]
                location = "r.example.com:5000/m"
                pull-from-mirror = "digest-only"
                [[registry]]
                location = "r.example.com:5000"
                blocked = true
                mirror-by-digest-only = true
                [aliases]
                "busybox" = "docker.io/library/busybox"
                """, "[registries.search]\nregistries = ['a.io']\n[registries.block]\nregistries = ['b.io']\n");
    }

    @Override
    public List<String> words() {
        return List.of(
                "[",
                "]",
                "[[",
                "{",
                "}",
                "=",
                "\"",
                "'",
                "\"\"\"",
                ".",
                "\n",
                "true",
                "x = [",
                "[[registry]]\n",
                "[[registry.mirror]]\n",
                "location = \"",
                "prefix = \"",
                "*.",
                "busybox",
                "/",
                ":",
                "@",
                "[aliases]\n",
                "http://",
                "\\u0000");
    }
}
