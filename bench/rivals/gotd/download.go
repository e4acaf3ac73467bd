package main

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/gotd/td/telegram/downloader"
	"github.com/gotd/td/tg"
)

// The library's own downloader, with the largest parts that Telegram gives, and no more threads than a file has parts.
const (
	files        = 5
	threads      = 8
	downloadPart = 1024 * 1024
	page         = 100
)

func download(ctx context.Context, main, pool *tg.Client, work task) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	waiting := make(chan *tg.Message)
	var lanes sync.WaitGroup
	for range files {
		lanes.Go(func() {
			for message := range waiting {
				if err := save(ctx, pool, message, work.Folder); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	if err := readAll(ctx, main, work, waiting); err != nil {
		cancel(err)
	}
	close(waiting)
	lanes.Wait()
	return context.Cause(ctx)
}

func readAll(ctx context.Context, main *tg.Client, work task, waiting chan<- *tg.Message) error {
	for start := 0; start < len(work.MessageIDs); start += page {
		var ids []tg.InputMessageClass
		for _, id := range work.MessageIDs[start:min(start+page, len(work.MessageIDs))] {
			ids = append(ids, &tg.InputMessageID{ID: id})
		}
		channel := &tg.InputChannel{
			ChannelID: long(work.Source.ChannelID), AccessHash: long(work.Source.AccessHash),
		}
		answer, err := main.ChannelsGetMessages(ctx, &tg.ChannelsGetMessagesRequest{Channel: channel, ID: ids})
		if err != nil {
			return err
		}
		messages, ok := answer.AsModified()
		if !ok {
			return errors.New("no messages")
		}
		for _, one := range messages.GetMessages() {
			message, ok := one.(*tg.Message)
			if !ok {
				return errors.New("a message is missing")
			}
			select {
			case waiting <- message:
			case <-ctx.Done():
				return nil
			}
		}
	}
	return nil
}

func save(ctx context.Context, api *tg.Client, message *tg.Message, folder string) error {
	location, size, err := locationOf(message)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, strconv.Itoa(message.ID)+".bin")
	_, err = downloader.NewDownloader().
		WithPartSize(downloadPart).
		Download(api, location).
		WithThreads(min(threads, (size+downloadPart-1)/downloadPart)).
		ToPath(ctx, path)
	return err
}

func locationOf(message *tg.Message) (location tg.InputFileLocationClass, size int, err error) {
	switch media := message.Media.(type) {
	case *tg.MessageMediaDocument:
		if document, ok := media.Document.AsNotEmpty(); ok {
			return document.AsInputDocumentFileLocation(""), int(document.Size), nil
		}
	case *tg.MessageMediaPhoto:
		photo, ok := media.Photo.AsNotEmpty()
		if !ok {
			break
		}
		largest := ""
		for _, one := range photo.Sizes {
			if each, ok := one.(*tg.PhotoSize); ok && each.Size > size {
				largest, size = each.Type, each.Size
			}
		}
		return &tg.InputPhotoFileLocation{
			ID: photo.ID, AccessHash: photo.AccessHash, FileReference: photo.FileReference, ThumbSize: largest,
		}, size, nil
	}
	return nil, 0, errors.New("the message has no file")
}
