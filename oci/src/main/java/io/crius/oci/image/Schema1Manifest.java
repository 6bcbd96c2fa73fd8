package io.crius.oci.image;

import io.crius.model.CriusException;
import io.crius.model.Digest;
import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One image in the oldest form: a list of build steps, each with a blob and a JSON text about itself. It says neither how large
 * its blobs are nor what is in them. Spec: Docker image manifest version 2 schema 1.
 *
 * @param type DOCKER_SCHEMA_1 or DOCKER_SCHEMA_1_SIGNED
 * @param steps base first; one at least
 */
public record Schema1Manifest(ManifestType type, List<Step> steps) implements Manifest {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    /**
     * One step of the build.
     *
     * @param blob where it made an empty layer, one with nothing in it
     * @param text what it says about itself, the image's configuration in the last step
     * @param about the same, read
     */
    public record Step(Digest blob, String text, JsonObject about) {
        /** Whether it made no layer. */
        public boolean isEmpty() {
            return about.flag("throwaway");
        }

        String id() {
            return about.string("id").orElse("");
        }

        Optional<String> parent() {
            return about.string("parent").filter(id -> !id.isEmpty());
        }
    }

    public Schema1Manifest {
        steps = List.copyOf(steps);
    }

    static Schema1Manifest fromJson(JsonObject json, ManifestType type) {
        List<Digest> blobs = json.objects(
                "fsLayers",
                layer -> layer.string("blobSum", Digest::parse)
                        .orElseThrow(() -> new CriusException.InvalidArgument("\"blobSum\" is missing")));
        List<String> texts =
                json.objects("history", entry -> entry.string("v1Compatibility").orElse(""));
        if (blobs.isEmpty() || blobs.size() != texts.size()) {
            throw new CriusException.InvalidArgument("schema 1 manifest: " + blobs.size() + " layers and "
                    + texts.size() + " entries of history, expected as many, and one at least");
        }
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < blobs.size(); i++) {
            String text = texts.get(i);
            steps.add(new Step(blobs.get(i), text, Json.parseObject(text, "v1Compatibility")));
        }
        return new Schema1Manifest(type, chained(steps).reversed());
    }

    /**
     * Newest first. Compat: neighbours with the same id are one step, the older one; others must each name the next as parent.
     */
    private static List<Step> chained(List<Step> all) {
        Step base = all.getLast();
        if (base.parent().isPresent()) {
            throw new CriusException.InvalidArgument("Invalid parent ID in the base layer of the image");
        }
        List<Step> kept = new ArrayList<>(List.of(requireId(base)));
        Set<String> seen = new HashSet<>(Set.of(base.id()));
        for (Step step : all.reversed().subList(1, all.size())) {
            String below = kept.getLast().id();
            if (requireId(step).id().equals(below)) {
                continue;
            }
            if (!seen.add(step.id())) {
                throw new CriusException.InvalidArgument("ID " + step.id() + " appears multiple times in manifest");
            }
            if (!step.parent().equals(Optional.of(below))) {
                throw new CriusException.InvalidArgument("Invalid parent ID. Expected " + below + ", got \""
                        + step.parent().orElse("") + "\"");
            }
            kept.add(step);
        }
        Collections.reverse(kept);
        return kept;
    }

    private static Step requireId(Step step) {
        if (!ID.matcher(step.id()).matches()) {
            throw new CriusException.InvalidArgument("image ID \"" + step.id() + "\" is invalid");
        }
        return step;
    }

    /** The blobs that are layers, base first. */
    public List<Digest> layers() {
        return steps.stream().filter(step -> !step.isEmpty()).map(Step::blob).toList();
    }

    /**
     * The configuration that a current tool would write for this image; the sha256 of these bytes is the image's id. Compat: byte
     * by byte what containers/image makes, except for images of Docker before 1.8.3, whose configurations it rewrites.
     *
     * @param diffIds digests of the uncompressed layers, base first
     * @throws CriusException.InvalidArgument not one for each layer, or a step has a time that is none
     */
    public byte[] config(List<Digest> diffIds) {
        int layers = layers().size();
        if (diffIds.size() != layers) {
            throw new CriusException.InvalidArgument(diffIds.size() + " diff ids for " + layers + " layers");
        }
        return Schema1Config.of(steps, diffIds);
    }
}
