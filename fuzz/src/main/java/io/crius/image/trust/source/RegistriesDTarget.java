package io.crius.image.trust.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crius.fuzz.Target;
import io.crius.image.registry.HttpSettings;
import io.crius.image.registry.Transports;
import io.crius.image.registry.WebFiles;
import io.crius.model.Digest;
import io.crius.model.ImageReference;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** registries.d, and the folders that it leads to; servers are not asked. */
public final class RegistriesDTarget implements Target {
    private static final ImageReference IMAGE = ImageReference.parse("r.example.com/team/app:1");

    private final Transports transports = new Transports(List.of(), Map.of(), HttpSettings.of("crius/fuzz"));

    @Override
    public String name() {
        return "registries-d";
    }

    @Override
    public void parse(byte[] input) {
        var places = new SignaturePlaces(RegistriesDCodec.parse(Path.of("/r.yaml"), new String(input, UTF_8)));
        places.hasAttachments(IMAGE);
        URI lookaside = places.lookaside(IMAGE);
        if ("file".equalsIgnoreCase(lookaside.getScheme())) {
            var folder = new LookasideFolder(lookaside, new WebFiles(transports));
            folder.signatures(IMAGE, Digest.sha256Of(new byte[0]));
        }
    }

    @Override
    public List<byte[]> seeds() {
        return Target.texts("""
                default-docker:
                  lookaside: file:///nonexistent/crius-fuzz
                docker:
                  r.example.com/team:
                    sigstore: https://x/y
                    use-sigstore-attachments: true
                  "*.example.com": {lookaside: "file:///nonexistent/%41", lookaside-staging: file:///n}
                """, "docker: {a: &x {lookaside: 'file:///nonexistent/a'}, r.example.com: *x}\n");
    }

    @Override
    public List<String> words() {
        return List.of(
                ":",
                ": ",
                "- ",
                "{",
                "}",
                "[",
                "]",
                "&a ",
                "*a",
                "<<: ",
                "!!",
                "|\n",
                ">\n",
                "? ",
                "\n",
                "  ",
                "---\n",
                "%YAML 1.2\n",
                "file:",
                "file:///nonexistent/",
                "%00",
                "#",
                "?",
                "docker:",
                "true",
                "~",
                "\"",
                "!!binary ",
                "\t");
    }

    @Override
    public void close() {
        transports.close();
    }
}
