package io.crius.storage;

import io.crius.model.CriusException;
import io.crius.storage.record.ContainerRecord;
import io.crius.storage.record.ImageRecord;
import io.crius.storage.record.LayerRecord;
import io.crius.storage.record.Snapshot;
import io.crius.storage.record.StoreRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What goes with an image, and what nothing holds. Pure; its arguments are what the three locks protect. */
record ImageRemoval(Snapshot<LayerRecord> layers, Snapshot<ImageRecord> images, Snapshot<ContainerRecord> containers) {

    void requireUnused(ImageRecord image) {
        Optional<ContainerRecord> user = containers.all().stream()
                .filter(container -> container.image().equals(Optional.of(image.id())))
                .findFirst();
        if (user.isPresent()) {
            throw new CriusException.FailedPrecondition("image " + image.id() + " is in use by container "
                    + user.get().id()
                    + user.get().names().stream()
                            .findFirst()
                            .map(name -> " (" + name + ")")
                            .orElse("")
                    + "; remove the container first");
        }
    }

    /**
     * The layers that nothing else needs, top-most first: from each top layer of the image downwards, as far as nobody else
     * stands on them.
     */
    Set<String> layersOf(ImageRecord image) {
        return unneeded(tops(image), usedByOthers(image.id()));
    }

    /** The layer and those below it, top-most first, as far as nobody stands on them. */
    Set<String> layersFrom(String top) {
        return unneeded(List.of(top), usedByOthers(""));
    }

    private Set<String> unneeded(List<String> tops, Set<String> used) {
        var doomed = new LinkedHashSet<String>();
        for (String top : tops) {
            Optional<LayerRecord> layer = layers.byId(top);
            while (layer.isPresent() && !used.contains(layer.get().id()) && !hasOtherChildren(layer.get(), doomed)) {
                doomed.add(layer.get().id());
                layer = layer.get().parent().flatMap(layers::byId);
            }
        }
        return doomed;
    }

    /** Layers that nothing stands on and that were made before that time, top-most first. */
    Set<String> unusedLayers(Instant createdBefore) {
        var needed = new HashSet<String>();
        for (LayerRecord layer : layers.all()) {
            if (!layer.created().isBefore(createdBefore)) {
                addWithParents(needed, Optional.of(layer.id()));
            }
        }
        containers.all().forEach(container -> addWithParents(needed, container.layer()));
        images.all().forEach(image -> tops(image).forEach(top -> addWithParents(needed, Optional.of(top))));
        return layers.all().reversed().stream()
                .map(LayerRecord::id)
                .filter(id -> !needed.contains(id))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private void addWithParents(Set<String> ids, Optional<String> first) {
        Optional<String> next = first;
        while (next.isPresent() && ids.add(next.get())) {
            next = layers.byId(next.get()).flatMap(LayerRecord::parent);
        }
    }

    /** @param image that does not count */
    private Set<String> usedByOthers(String image) {
        var used = new HashSet<String>();
        containers.all().forEach(container -> container.layer().ifPresent(used::add));
        images.all().stream().filter(other -> !other.id().equals(image)).forEach(other -> used.addAll(tops(other)));
        return used;
    }

    private boolean hasOtherChildren(LayerRecord layer, Set<String> doomed) {
        return layers.all().stream()
                .filter(child -> child.parent().equals(Optional.of(layer.id())))
                .map(StoreRecord::id)
                .anyMatch(child -> !doomed.contains(child));
    }

    /** Copies with other owners first: they may stand on the same layers as the top layer itself. */
    private static List<String> tops(ImageRecord image) {
        var tops = new ArrayList<>(image.mappedLayers());
        image.layer().ifPresent(tops::add);
        return tops;
    }
}
