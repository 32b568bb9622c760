package io.zrs.server;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How many lines a command is to print: at least one. */
final class ListedCount implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        int count;
        try {
            count = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            count = 0;
        }
        if (count < 1) {
            throw new TypeConversionException("'" + text + "' is no number from 1 to " + Integer.MAX_VALUE);
        }
        return count;
    }
}
