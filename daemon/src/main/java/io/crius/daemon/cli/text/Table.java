package io.crius.daemon.cli.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows in columns. Compat: crictl's: a column is at least twenty wide and three wider than its longest cell; the last one is not
 * filled up. Not safe for several threads.
 */
public final class Table {
    private static final int LEAST = 20;
    private static final int GAP = 3;

    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these words above its columns. */
    public Table(String... headings) {
        rows.add(List.of(headings));
    }

    /** A table with these words above its columns. */
    public Table(List<String> headings) {
        rows.add(List.copyOf(headings));
    }

    /** One row, with a cell for each heading. */
    public void add(List<String> cells) {
        if (cells.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row of " + cells.size() + " cells below " + rows.getFirst());
        }
        rows.add(List.copyOf(cells));
    }

    /** The lines, each with its end. */
    @Override
    public String toString() {
        int[] widths = widths();
        var text = new StringBuilder();
        for (List<String> row : rows) {
            for (int column = 0; column < row.size() - 1; column++) {
                String cell = row.get(column);
                text.append(cell).repeat(' ', widths[column] - length(cell));
            }
            text.append(row.getLast()).append('\n');
        }
        return text.toString();
    }

    private int[] widths() {
        int[] widths = new int[rows.getFirst().size()];
        for (int column = 0; column < widths.length; column++) {
            int at = column;
            widths[column] =
                    rows.stream().mapToInt(row -> length(row.get(at)) + GAP).reduce(LEAST, Math::max);
        }
        return widths;
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
